#include <fmt/format.h>

#include <charconv>
#include <system_error>

#include "tessera/evolve.hpp"

namespace tessera {

namespace {

constexpr std::string_view kBeginsWith = "S-";
constexpr std::size_t kMostDigits = 15;

}  // namespace

std::string segment_id(std::int64_t number) {
  return fmt::format("{}{:04}", kBeginsWith, number);
}

std::optional<std::int64_t> segment_number(std::string_view id) {
  if (!id.starts_with(kBeginsWith)) return std::nullopt;
  const std::string_view digits = id.substr(kBeginsWith.size());
  if (digits.empty() || digits.size() > kMostDigits || digits.find_first_not_of("0123456789") != digits.npos)
    return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  // "S-042" and "S-00042" would be other ids for what "S-0042" means.
  if (error != std::errc() || number < 1 || segment_id(number) != id) return std::nullopt;
  return number;
}

}  // namespace tessera
