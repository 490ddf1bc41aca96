#include "ingest/quick_cell.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

#include "ingest/cell.hpp"
#include "ingest/written_number.hpp"

namespace tessera::intake {
namespace {

/// A cell in the midst of other bytes, which must not matter.
class Padded {
 public:
  explicit Padded(const std::string& cell) : bytes_("9." + cell + "7.3-0123456789abcdef"), size_(cell.size()) {}
  [[nodiscard]] std::string_view cell() const { return std::string_view(bytes_).substr(2, size_); }

 private:
  std::string bytes_;
  std::size_t size_;
};

/// Quickly read, a number is what the full reader says, and nothing but the point marks its decimals.
void expect_same_number(const std::string& text) {
  const Padded padded(text);
  const QuickNumber quick = quick_number(padded.cell());
  if (!quick.found) return;
  const std::optional<double> full = parse_plain_number(text);
  ASSERT_TRUE(full) << text;
  EXPECT_EQ(quick.value, *full) << text;
  EXPECT_EQ(std::signbit(quick.value), std::signbit(*full)) << text;
  const NumberForm form = number_form(text);
  EXPECT_TRUE(form.with_point) << text;
  EXPECT_EQ(form.with_comma, !quick.has_point) << text;
  EXPECT_FALSE(form.differs || form.percent || form.scaled) << text;
  EXPECT_FALSE(is_packed_date(text)) << text;
}

TEST(QuickCell, MostNumbersAreFound) {
  for (const char* text : {"0", "7", "-7", "12345678", "123456789", "999999999999999", "0.5", "-0.25", "1234.567",
                           "0.123", "12345678.12345", "1.5", "123456.7", "-0", "-0.0", "00012"}) {
    EXPECT_TRUE(quick_number(Padded(text).cell()).found) << text;
    expect_same_number(text);
  }
}

TEST(QuickCell, WhatNeedsCareIsLeft) {
  for (const char* text : {"",
                           "-",
                           ".",
                           "5.",
                           ".5",
                           "1.234",
                           "999.999",
                           "20241231",
                           "19991231",
                           "+5",
                           "1e5",
                           "1,5",
                           "1234567890123456",
                           "1.2.3",
                           "--1",
                           " 1",
                           "1 ",
                           "a",
                           "12a4",
                           "NA",
                           "\xC3\xA9",
                           "0x1F"})
    EXPECT_FALSE(quick_number(Padded(text).cell()).found) << text;
}

TEST(QuickCell, RandomNumbersAgreeWithTheFullReader) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    const std::size_t n = 1 + random() % 17;
    for (std::size_t i = 0; i < n; ++i) text += "0123456789012345678901234567890123456789.-"[random() % 42];
    expect_same_number(text);
  }
}

TEST(QuickCell, EveryDayOfItsYearsAgreesWithTheFullReader) {
  for (int year = 1890; year <= 2165; ++year) {
    for (int month = 0; month <= 13; ++month) {
      for (int day = 0; day <= 32; ++day) {
        const std::string text = fmt::format("{:04}-{:02}-{:02}", year, month, day);
        const QuickDate quick = quick_date(Padded(text).cell());
        const DateReading full = read_date(text);
        const bool in_years = year >= 1900 && year < 2156;
        ASSERT_EQ(quick.found, in_years && full.day_first.has_value()) << text;
        if (quick.found) {
          ASSERT_EQ(quick.days, *full.day_first) << text;
        }
      }
    }
  }
}

TEST(QuickCell, WhatIsNoDateIsNone) {
  for (const char* text : {"", "2024-1-1", "2024/01/01", "2024-01-0a", "2024-0x-01", "202a-01-01", "2024-01-01 ",
                           "24-01-2001", "2024-01:01"})
    EXPECT_FALSE(quick_date(Padded(text).cell()).found) << text;
}

TEST(QuickCell, APlainWordIsNothingElse) {
  std::mt19937_64 random(6);
  constexpr std::string_view kLetters = "tTrRuUeEnNaAlL01.-$ \xC3";
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (std::size_t i = random() % 9; i > 0; --i) text += kLetters[random() % kLetters.size()];
    const Padded padded(text);
    if (!is_plain_word(padded.cell())) continue;
    EXPECT_FALSE(is_missing(text) || parse_flag(text) || number_form(text).is_number()) << text;
    EXPECT_FALSE(read_date(text).day_first || read_date(text).month_first) << text;
  }
  EXPECT_TRUE(is_plain_word(Padded("Hamburg").cell()));
}

}  // namespace
}  // namespace tessera::intake
