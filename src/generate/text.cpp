#include "generate/text.hpp"

#include <chrono>

namespace tessera::generate {
namespace {

std::chrono::year_month_day civil(int days) {
  return std::chrono::sys_days(std::chrono::days(days));
}

}  // namespace

Text& Text::padded(std::uint64_t value, int width) {
  char digits[20];
  const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const auto written = static_cast<int>(end - digits);
  if (written < width) out_.append(static_cast<std::size_t>(width - written), '0');
  out_.append(digits, static_cast<std::size_t>(written));
  return *this;
}

Text& Text::hundredths(std::int64_t value) {
  *this << value / 100 << '.';
  return padded(static_cast<std::uint64_t>(value % 100), 2);
}

Text& Text::iso_date(int days) {
  const auto date = civil(days);
  padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4) << '-';
  padded(static_cast<unsigned>(date.month()), 2) << '-';
  return padded(static_cast<unsigned>(date.day()), 2);
}

Text& Text::us_date(int days) {
  const auto date = civil(days);
  padded(static_cast<unsigned>(date.month()), 2) << '/';
  padded(static_cast<unsigned>(date.day()), 2) << '/';
  return padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
}

Text& Text::quoted(std::string_view text) {
  out_ += '"';
  for (const char c : text) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

}  // namespace tessera::generate
