#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "ingest/text_arena.hpp"

namespace tessera::intake {

// What most cells are, read in words and without a call. Every function here either gives what the full readers of
// cell.hpp and written_number.hpp give, or says that it cannot. Cells have kCellPadding readable bytes behind them.

/// Eight bytes of a cell, the first in the lowest byte; bytes past its end are zero. An empty cell may be nowhere.
[[nodiscard]] inline std::uint64_t word_of(const char* bytes, std::size_t n) noexcept {
  static_assert(std::endian::native == std::endian::little);
  if (n == 0) return 0;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return n >= 8 ? word : word & (~std::uint64_t{0} >> (64 - 8 * n));
}

inline constexpr std::uint64_t kOnes = 0x0101010101010101;

/// Whether all eight bytes are digits.
[[nodiscard]] inline bool all_digits(std::uint64_t word) noexcept {
  return ((word & (kOnes * 0xF0)) | (((word + kOnes * 0x06) & (kOnes * 0xF0)) >> 4U)) == kOnes * 0x33;
}

/// The number that eight digits are: pairs, then fours, then all, each in one multiplication.
[[nodiscard]] inline std::uint64_t eight_digits(std::uint64_t word) noexcept {
  word = (word & (kOnes * 0x0F)) * 2561 >> 8U;
  word = (word & 0x00FF00FF00FF00FF) * 6553601 >> 16U;
  return (word & 0x0000FFFF0000FFFF) * 42949672960001 >> 32U;
}

/// A plain number of at most 15 digits, which double holds exactly.
struct QuickNumber {
  bool found = false;
  bool has_point = false;
  double value = 0.0;
};

namespace quick {

inline constexpr double kPowersOfTen[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                          1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// The high bit of each byte that is a point, up to the first one (a byte behind it may be marked wrongly).
[[nodiscard]] inline std::uint64_t points(std::uint64_t word) noexcept {
  word ^= kOnes * '.';
  return (word - kOnes) & ~word & (kOnes * 0x80);
}

/// Digits and at most one point, n characters in all.
struct Digits {
  bool found = false;
  std::uint64_t whole = 0;   ///< the digits as a whole number
  std::size_t decimals = 0;  ///< digits behind the point
  std::size_t before = 0;    ///< digits before the point; 0: there is none
};

[[nodiscard]] inline Digits digits_of_one_word(std::uint64_t word, std::size_t n) noexcept {
  Digits digits;
  if (const std::uint64_t point = points(word); point != 0) {
    digits.before = static_cast<std::size_t>(std::countr_zero(point)) / 8;
    digits.decimals = n - 1 - digits.before;
    if (digits.before == 0 || digits.decimals == 0) return digits;
    const std::uint64_t front = (std::uint64_t{1} << (8 * digits.before)) - 1;
    word = (word & front) | ((word >> 8U) & ~front);
    --n;
  }
  word = (word << (8 * (8 - n))) | (n == 8 ? 0 : (kOnes * '0') >> (8 * n));
  digits.found = all_digits(word);
  digits.whole = eight_digits(word);
  return digits;
}

[[nodiscard]] inline Digits digits_of_two_words(std::uint64_t low, std::uint64_t high, std::size_t n) noexcept {
  constexpr auto kZeros = static_cast<unsigned __int128>(kOnes * '0') << 64U | kOnes * '0';
  auto text = static_cast<unsigned __int128>(high) << 64U | low;
  Digits digits;
  const std::uint64_t point_low = points(low);
  const std::uint64_t point_high = point_low != 0 ? 0 : points(high);
  if ((point_low | point_high) != 0) {
    digits.before =
        static_cast<std::size_t>(point_low != 0 ? std::countr_zero(point_low) : 64 + std::countr_zero(point_high)) / 8;
    digits.decimals = n - 1 - digits.before;
    if (digits.before == 0 || digits.decimals == 0) return digits;
    const unsigned __int128 front = (static_cast<unsigned __int128>(1) << (8 * digits.before)) - 1;
    text = (text & front) | ((text >> 8U) & ~front);
    --n;
  }
  text = (text << (8 * (16 - n))) | (kZeros >> (8 * n));
  const auto upper = static_cast<std::uint64_t>(text);
  const auto lower = static_cast<std::uint64_t>(text >> 64U);
  digits.found = all_digits(upper) && all_digits(lower);
  digits.whole = eight_digits(upper) * 100'000'000 + eight_digits(lower);
  return digits;
}

}  // namespace quick

/// A sign, digits and a point with digits on both sides. Leaves to others what could be read in two ways ("1.234"), and
/// eight digits that may be a date.
[[nodiscard]] inline QuickNumber quick_number(std::string_view cell) noexcept {
  const std::size_t sign = cell.starts_with('-') ? 1 : 0;
  const std::size_t n = cell.size() - sign;
  if (n - 1 >= 15) return {};
  const char* const text = cell.data() + sign;
  const std::uint64_t low = word_of(text, n);
  const quick::Digits digits =
      n <= 8 ? quick::digits_of_one_word(low, n) : quick::digits_of_two_words(low, word_of(text + 8, n - 8), n);
  const bool either_way = digits.decimals == 3 && digits.before <= 3 && *text != '0';
  const bool like_date = n == 8 && ((low & 0xFFFF) == 0x3931 || (low & 0xFFFF) == 0x3032);  // 19…, 20…
  if (!digits.found || either_way || like_date) return {};
  // Whole number and power are exact, so the quotient is the double nearest to what is written.
  const double value = static_cast<double>(digits.whole) / quick::kPowersOfTen[digits.decimals];
  return {true, digits.before > 0, sign == 1 && digits.whole != 0 ? -value : value};
}

/// Days before each month of the years 1900 to 2155, since 1970-01-01.
class MonthStarts {
 public:
  static constexpr int kFirstYear = 1900, kYears = 256;
  constexpr MonthStarts() {
    std::int32_t day = -25567;
    for (int y = 0; y < kYears; ++y) {
      const int year = kFirstYear + y;
      const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
      for (int m = 0; m < 12; ++m) {
        days_[12 * y + m] = day;
        day += m == 1 ? (leap ? 29 : 28) : (m == 3 || m == 5 || m == 8 || m == 10) ? 30 : 31;
      }
    }
    days_[12 * kYears] = day;
  }
  [[nodiscard]] constexpr std::int32_t operator[](int month) const noexcept { return days_[month]; }

 private:
  std::int32_t days_[12 * kYears + 1] = {};
};

struct QuickDate {
  bool found = false;
  std::int32_t days = 0;  ///< since 1970-01-01
};

/// "2024-12-31", of the years 1900 to 2155.
[[nodiscard]] inline QuickDate quick_date(std::string_view cell) noexcept {
  static constexpr MonthStarts kMonths;
  constexpr std::uint64_t kDashes = 0xFF0000FF00000000;
  if (cell.size() != 10) return {};
  const std::uint64_t word = word_of(cell.data(), 8);
  if ((word & kDashes) != (kDashes & (kOnes * '-'))) return {};
  const std::uint64_t day_word = word_of(cell.data() + 8, 2);
  const std::uint64_t digits = (word & ~kDashes) | (day_word << 56U) | (std::uint64_t{'0'} << 32U);
  const std::uint64_t ones_of_day = (day_word >> 8U) & 0xFF;
  if (!all_digits(digits) || ones_of_day - '0' > 9) return {};
  const auto digit = [word](unsigned place) { return static_cast<int>(word >> (8 * place) & 0xFF) - '0'; };
  const int year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3) - MonthStarts::kFirstYear;
  const int month = digit(5) * 10 + digit(6) - 1;
  const int day = (static_cast<int>(day_word & 0xFF) - '0') * 10 + static_cast<int>(ones_of_day) - '0';
  if (year < 0 || year >= MonthStarts::kYears || month < 0 || month > 11) return {};
  const std::int32_t before = kMonths[12 * year + month];
  if (day < 1 || day > kMonths[12 * year + month + 1] - before) return {};
  return {true, before + day - 1};
}

/// A word that is surely neither missing nor a flag, number or date: six bytes or more, the first four of them letters.
[[nodiscard]] inline bool is_plain_word(std::string_view cell) noexcept {
  if (cell.size() < 6) return false;
  const std::uint64_t word = (word_of(cell.data(), 4) | 0x20202020) - 0x61616161;
  for (unsigned i = 0; i < 4; ++i) {
    if ((word >> (8 * i) & 0xFF) > 25) return false;
  }
  return true;
}

}  // namespace tessera::intake
