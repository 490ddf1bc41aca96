#include "insight/words.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace tessera::words {

namespace {

constexpr const char* kNothing = "–";

struct Unit {
  double size;
  const char* suffix;
};
constexpr std::array<Unit, 4> kThousands{{{1e12, " T"}, {1e9, " B"}, {1e6, " M"}, {1e3, " k"}}};

bool begins_letter(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

/// Three significant digits of a number in [0.001, 1000): what follows rounds the same way, so 999.6 must not become
/// "1000".
std::string three_digits(double value) {
  if (value < 0.9995) return fmt::format("{:.3g}", value);
  if (value < 9.995) return fmt::format("{:.2f}", value);
  if (value < 99.95) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

std::string magnitude_in_words(double value) {
  if (value < 10'000.0 && value == std::floor(value)) return count_in_words(static_cast<std::uint64_t>(value));
  for (const Unit& unit : kThousands)
    if (value >= unit.size * 0.9995) {
      const double scaled = value / unit.size;
      return scaled < 999.5 ? three_digits(scaled) + unit.suffix : fmt::format("{:.3g}", value);
    }
  return three_digits(value);
}

}  // namespace

std::string count_in_words(std::uint64_t count) {
  const std::string digits = std::to_string(count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string number_in_words(double value) {
  if (std::isnan(value)) return kNothing;
  if (std::isinf(value)) return value < 0 ? "-∞" : "∞";
  return fmt::format("{}{}", value < 0 ? "-" : "", magnitude_in_words(std::fabs(value)));
}

std::string bound_in_words(double value) {
  const double size = std::fabs(value);
  if (size < 10'000.0 && value == std::floor(value))
    return fmt::format("{}{}", value < 0 ? "-" : "", count_in_words(static_cast<std::uint64_t>(size)));
  for (const Unit& unit : kThousands)
    if (size >= unit.size && size >= 10'000.0) return fmt::format("{:.6g}{}", value / unit.size, unit.suffix);
  return fmt::format("{:.6g}", value);
}

std::string share_in_words(double share) {
  if (!std::isfinite(share)) return kNothing;
  const double per_cent = share * 100.0;
  if (per_cent > 0.0 && per_cent < 0.1) return "<0.1 %";
  if (per_cent == 0.0) return "0 %";
  // A share that is not the whole is not written as 100 %.
  if (per_cent < 9.95 || (per_cent >= 99.5 && per_cent < 100.0))
    return fmt::format("{:.1f} %", per_cent > 99.9 ? 99.9 : per_cent);
  return fmt::format("{:.0f} %", per_cent);
}

std::string bytes_in_words(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes) / 1024.0;
  std::size_t unit = 0;
  for (; size >= 1023.95 && unit + 1 < kUnits.size(); ++unit) size /= 1024.0;
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::size_t letters(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char byte : text) count += begins_letter(byte) ? 1 : 0;
  return count;
}

std::string shorten(std::string_view text, std::size_t most) {
  if (letters(text) <= most) return std::string(text);
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end)
    if (begins_letter(text[end]) && seen++ == (most > 0 ? most - 1 : 0)) break;
  while (end > 0 && text[end - 1] == ' ') --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace tessera::words
