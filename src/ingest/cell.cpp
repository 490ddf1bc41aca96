#include "ingest/cell.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "ingest/domain.hpp"
#include "ingest/written_number.hpp"

namespace tessera::intake {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool same_word(std::string_view text, std::string_view upper_word) noexcept {
  return text.size() == upper_word.size() &&
         std::equal(text.begin(), text.end(), upper_word.begin(), [](char a, char b) { return upper(a) == b; });
}

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
constexpr std::string_view kEnDash = "\xE2\x80\x93";
constexpr std::string_view kEmDash = "\xE2\x80\x94";

template <std::size_t n>
bool is_one_of(std::string_view text, const std::array<std::string_view, n>& words) noexcept {
  return std::any_of(words.begin(), words.end(), [text](std::string_view word) { return same_word(text, word); });
}

/// Takes a run of `least` to `most` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) noexcept {
  std::size_t n = 0;
  int value = 0;
  while (n < text.size() && n < most && is_digit(text[n])) value = value * 10 + (text[n++] - '0');
  if (n < least) return std::nullopt;
  text.remove_prefix(n);
  return value;
}

std::optional<std::int32_t> days_since_1970(int year, int month, int day) noexcept {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1 || !date.ok()) return std::nullopt;
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

/// What may follow a date: nothing, or a time of day.
bool is_time_of_day(std::string_view rest) noexcept {
  if (rest.empty()) return true;
  return (rest.front() == 'T' || rest.front() == ' ') && rest.size() > 1 && is_digit(rest[1]) &&
         rest.find_first_not_of("0123456789:.+-Z", 1) == std::string_view::npos;
}

bool is_separator(char c) noexcept {
  return c == '-' || c == '/' || c == '.';
}

DateReading year_first(std::string_view text) noexcept {
  const std::optional<int> year = take_digits(text, 4, 4);
  if (!year || text.empty()) return {};
  const char separator = text.front();
  const bool packed = is_digit(separator);  // yyyymmdd
  if (!packed && !is_separator(separator)) return {};
  if (!packed) text.remove_prefix(1);
  const std::optional<int> month = take_digits(text, packed ? 2 : 1, 2);
  if (!month || (!packed && !text.starts_with(separator))) return {};
  if (!packed) text.remove_prefix(1);
  const std::optional<int> day = take_digits(text, packed ? 2 : 1, 2);
  if (!day || !is_time_of_day(text)) return {};
  const auto days = days_since_1970(*year, *month, *day);
  return {days, days};
}

DateReading year_last(std::string_view text) noexcept {
  const std::optional<int> first = take_digits(text, 1, 2);
  if (!first || text.empty() || !is_separator(text.front())) return {};
  const char separator = text.front();
  text.remove_prefix(1);
  const std::optional<int> second = take_digits(text, 1, 2);
  if (!second || !text.starts_with(separator)) return {};
  text.remove_prefix(1);
  const std::optional<int> year = take_digits(text, 4, 4);
  if (!year || !is_time_of_day(text)) return {};
  const auto day_first = days_since_1970(*year, *second, *first);
  return {day_first, separator == '.' ? day_first : days_since_1970(*year, *first, *second)};
}

/// "17850.0" is 17850; leading zeros and a plus go, so that one account has one id.
std::optional<std::string> integer_id(std::string_view cell) {
  const bool negative = cell.starts_with('-');
  if (negative || cell.starts_with('+')) cell.remove_prefix(1);
  const std::size_t dot = cell.find('.');
  std::string_view digits = cell.substr(0, dot);
  const std::string_view fraction = dot == std::string_view::npos ? "" : cell.substr(dot + 1);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit) ||
      fraction.find_first_not_of('0') != std::string_view::npos)
    return std::nullopt;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  std::string id(negative && digits != "0" ? 1 : 0, '-');
  id += digits;
  return id;
}

}  // namespace

std::string_view trimmed_ends(std::string_view text) noexcept {
  constexpr std::string_view kWhite = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhite) - begin + 1);
}

bool is_missing(std::string_view cell) noexcept {
  switch (cell.size()) {
    case 0:
      return true;
    case 1:
      return cell[0] == '-' || cell[0] == '.' || cell[0] == '?';
    case 2:
      return same_word(cell, "NA") || cell == "--" || cell == "\\N" || cell == kNoBreakSpace;
    case 3:
      return same_word(cell, "N/A") || same_word(cell, "NAN") || cell == kEmDash || cell == kEnDash || cell == "---";
    case 4:
      return same_word(cell, "NULL") || same_word(cell, "NONE") || same_word(cell, "#N/A") || same_word(cell, "N.A.") ||
             same_word(cell, "<NA>");
    default:
      return false;
  }
}

std::optional<bool> parse_flag(std::string_view cell) noexcept {
  constexpr std::array<std::string_view, 4> kYes{"TRUE", "YES", "Y", "T"};
  constexpr std::array<std::string_view, 4> kNo{"FALSE", "NO", "N", "F"};
  if (cell.empty() || cell.size() > 16) return std::nullopt;
  if (is_one_of(cell, kYes)) return true;
  if (is_one_of(cell, kNo)) return false;
  const std::optional<double> number = is_digit(cell.front()) ? parse_plain_number(cell) : std::nullopt;
  if (!number || (*number != 0.0 && *number != 1.0)) return std::nullopt;
  return *number == 1.0;
}

DateReading read_date(std::string_view cell) noexcept {
  if (cell.size() < 8 || cell.size() > 40 || !is_digit(cell.front())) return {};
  return is_digit(cell[2]) && is_digit(cell[1]) ? year_first(cell) : year_last(cell);
}

bool is_packed_date(std::string_view cell) noexcept {
  if (cell.size() != 8 || !(cell.starts_with("19") || cell.starts_with("20"))) return false;
  return std::all_of(cell.begin(), cell.end(), is_digit) && read_date(cell).day_first.has_value();
}

std::optional<std::string> account_id(std::string_view cell, KeyFormat format) {
  const std::string_view bare = trimmed(cell);
  if (bare.empty()) return std::string();
  if (format == KeyFormat::kText) return std::string(cell);
  if (format == KeyFormat::kInteger) return integer_id(bare);
  if (format == KeyFormat::kDomain) return domain_key(bare);
  std::string id(bare);
  if (format == KeyFormat::kUpper) std::transform(id.begin(), id.end(), id.begin(), upper);
  return id;
}

}  // namespace tessera::intake
