// Dates: a calendar of our own must agree, forms of one day must agree, and what is written reads back.

#include <array>
#include <optional>
#include <string>

#include "core/iso_date.hpp"
#include "ingest/cell.hpp"
#include "property.hpp"

namespace tessera::fuzz {
namespace {

constexpr std::int32_t kFirstDay = -719162;  ///< 0001-01-01
constexpr std::int32_t kLastDay = 2932896;   ///< 9999-12-31

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/// Counted year by year and month by month, on no formula that the program might share.
std::string plain_date(std::int32_t days) {
  int year = 1;
  std::int32_t left = days - kFirstDay;
  for (; left >= (is_leap(year) ? 366 : 365); ++year) left -= is_leap(year) ? 366 : 365;
  constexpr std::array kMonths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int month = 1;
  for (const int usual : kMonths) {
    const int length = month == 2 && is_leap(year) ? 29 : usual;
    if (left < length) break;
    left -= length;
    ++month;
  }
  const auto two = [](int number) { return std::string(number < 10 ? "0" : "") + std::to_string(number); };
  const std::string digits = std::to_string(year);
  return std::string(4 - digits.size(), '0') + digits + "-" + two(month) + "-" + two(left + 1);
}

void check_day(std::int32_t days) {
  const std::string text = plain_date(days);
  require(iso_date(days) == text, "iso_date() agrees with the plain calendar");
  require(parse_iso_date(text) == days, "parse_iso_date() reads iso_date() back");
  const intake::DateReading reading = intake::read_date(text);
  if (reading.day_first)
    require(reading.day_first == days && reading.month_first == days, "read_date() reads ISO dates");
}

void check_text(std::string_view cell) {
  const intake::DateReading reading = intake::read_date(cell);
  for (const std::optional<std::int32_t>& days : {reading.day_first, reading.month_first})
    if (days) require(*days >= kFirstDay && *days <= kLastDay, "a date is of the years 1 to 9999");
  if (const auto days = parse_iso_date(cell))
    require(plain_date(*days) == cell, "parse_iso_date() takes what iso_date() writes and nothing else");
  if (intake::is_packed_date(cell)) {
    const std::string dashed =
        std::string(cell.substr(0, 4)) + "-" + std::string(cell.substr(4, 2)) + "-" + std::string(cell.substr(6));
    require(reading.day_first && reading.day_first == parse_iso_date(dashed),
            "eight digits are the date that they look like");
  }
  const std::size_t first = cell.find('/');
  const std::size_t second = first == std::string_view::npos ? first : cell.find('/', first + 1);
  if (second == std::string_view::npos || first > 2 || second - first > 3) return;
  const std::string exchanged = std::string(cell.substr(first + 1, second - first - 1)) + "/" +
                                std::string(cell.substr(0, first)) + std::string(cell.substr(second));
  const intake::DateReading other = intake::read_date(exchanged);
  require(other.month_first == reading.day_first && other.day_first == reading.month_first,
          "day and month exchanged are the other order's date");
}

}  // namespace
}  // namespace tessera::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tessera::fuzz;
  Input input(bytes, size);
  const auto high = input.take_byte();
  const auto middle = input.take_byte();
  const auto low = input.take_byte();
  const std::int64_t chosen = high * 65536 + middle * 256 + low;
  check_day(kFirstDay + static_cast<std::int32_t>(chosen % (kLastDay - kFirstDay + 1)));
  check_text(input.rest());
  return 0;
}
