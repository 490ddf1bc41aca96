#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "job/sections.hpp"

namespace tessera::job {

namespace {

/// A month is 30 days: a span says how long, not until which day.
constexpr std::array<std::pair<std::string_view, std::int64_t>, 7> kUnits = {{{"second", 1},
                                                                              {"minute", 60},
                                                                              {"hour", 3600},
                                                                              {"day", 86400},
                                                                              {"week", 604800},
                                                                              {"month", 2592000},
                                                                              {"year", 31536000}}};

/// "2 days", "1 hour", "36 hours": a whole number above 0 and a unit. Nothing for any other text.
std::optional<std::int64_t> seconds_of(std::string_view text) {
  constexpr std::int64_t kMost = 100'000;
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 1 || count > kMost) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (text.ends_with('s')) text.remove_suffix(1);
  for (const auto& [unit, seconds] : kUnits) {
    if (text == unit) return count * seconds;
  }
  return std::nullopt;
}

}  // namespace

std::optional<TimeSpan> read_time_span(Section& section, std::string_view key, Need need) {
  constexpr std::string_view kExpected = "a time such as \"2 days\", \"36 hours\", \"90 minutes\" or \"6 months\"";
  const auto text = section.text(key, kExpected, need);
  if (!text) return std::nullopt;
  if (const auto seconds = seconds_of(*text)) return TimeSpan{*seconds, *text};
  section.wrong(key, fmt::format("is no time; got {}; expected {}", shown(*text), kExpected));
  return std::nullopt;
}

}  // namespace tessera::job
