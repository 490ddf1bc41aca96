// Numbers: plain ones as strtod reads them, and what must hold between the two decimal marks for all others.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

#include "ingest/written_number.hpp"
#include "property.hpp"

namespace tessera::fuzz {
namespace {

using intake::parse_number;
using intake::parse_plain_number;

/// Takes the digits at the front away and tells how many there were.
std::size_t take_digits(std::string_view& text) {
  const std::size_t n = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(n);
  return n;
}

void take_sign(std::string_view& text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
}

/// [+-] digits [. digits] [e [+-] digits], with a digit before or behind the point.
bool is_plain(std::string_view text) {
  take_sign(text);
  std::size_t digits = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits(text);
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  take_sign(text);
  return take_digits(text) > 0 && text.empty();
}

/// The value by the C library, in the "C" locale as nobody sets another one.
std::optional<double> plain_reference(const std::string& cell) {
  if (!is_plain(cell)) return std::nullopt;
  const double value = std::strtod(cell.c_str(), nullptr);
  if (!std::isfinite(value)) return std::nullopt;
  return value == 0.0 ? 0.0 : value;
}

/// "1,234.5" becomes "1.234,5".
std::string marks_exchanged(std::string_view cell) {
  std::string other(cell);
  for (char& c : other) c = c == '.' ? ',' : c == ',' ? '.' : c;
  return other;
}

bool same(std::optional<double> a, std::optional<double> b) {
  return a.has_value() == b.has_value() && (!a || (*a == *b && std::signbit(*a) == std::signbit(*b)));
}

void check(const std::string& cell) {
  const auto plain = parse_plain_number(cell);
  require(same(plain, plain_reference(cell)), "a plain number is what strtod makes of it");
  const auto point = parse_number(cell, DecimalMark::kPoint);
  const auto comma = parse_number(cell, DecimalMark::kComma);
  for (const auto& value : {plain, point, comma})
    if (value)
      require(std::isfinite(*value) && !(*value == 0.0 && std::signbit(*value)),
              "numbers are finite, and zero has no sign");
  if (plain) require(same(plain, point), "a plain number is the same number where the point marks decimals");
  // Exponents and numbers too long to be dressed are for plain numbers, whose mark is the point.
  if (cell.size() <= 64 && cell.find_first_of("eE") == std::string::npos) {
    const std::string other = marks_exchanged(cell);
    require(same(point, parse_number(other, DecimalMark::kComma)), "the marks can be exchanged");
    require(same(comma, parse_number(other, DecimalMark::kPoint)), "the marks can be exchanged back");
  }
  const intake::NumberForm form = intake::number_form(cell);
  require(form.with_point == point.has_value() && form.with_comma == comma.has_value(),
          "number_form() agrees with parse_number()");
  require(form.differs == (point && comma && *point != *comma), "number_form() tells where the marks matter");
}

}  // namespace
}  // namespace tessera::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  tessera::fuzz::check(std::string(tessera::fuzz::Input(bytes, size).rest()));
  return 0;
}
