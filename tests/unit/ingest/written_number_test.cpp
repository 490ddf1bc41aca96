#include "ingest/written_number.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace tessera::intake {
namespace {

std::optional<double> with_point(std::string_view cell) {
  return parse_number(cell, DecimalMark::kPoint);
}
std::optional<double> with_comma(std::string_view cell) {
  return parse_number(cell, DecimalMark::kComma);
}

std::optional<double> plain(std::string_view cell) {
  return parse_plain_number(cell);
}

TEST(WrittenNumber, Plain) {
  for (std::optional<double> (*const read)(std::string_view) : {+with_point, +plain}) {
    EXPECT_EQ(read("12"), 12.0);
    EXPECT_EQ(read("+12.5"), 12.5);
    EXPECT_EQ(read("-1e3"), -1000.0);
    EXPECT_EQ(read(".5"), 0.5);
    EXPECT_EQ(read("5."), 5.0);
    EXPECT_EQ(read("1e18"), 1e18);
    EXPECT_EQ(read("0.1"), 0.1);
    EXPECT_EQ(read("1e-400"), 0.0);
    EXPECT_EQ(read("0." + std::string(400, '0') + "1e+10"), 0.0);
    EXPECT_EQ(read("0e99999999999999999999"), 0.0);
    EXPECT_EQ(read("1e-99999999999999999999"), 0.0);
    EXPECT_FALSE(read("1" + std::string(400, '0') + "e-5"));
    EXPECT_FALSE(read("1e+99999999999999999999"));
    EXPECT_FALSE(std::signbit(*read("-0")));
    EXPECT_FALSE(std::signbit(*read("-0.0e5")));
    EXPECT_FALSE(std::signbit(*read("-1e-400")));
    for (const char* cell : {"",    "inf", "-inf",  "infinity", "INF", "1e400", "-1e400", "0x10",  "1 2",
                             "--1", "+-1", "-+1",   "1d5",      "abc", "1e",    "e5",     ".",     "-",
                             "+",   "12a", "1_000", "½",        "1-1", "1.2.3", "12/5",   "1e5e5", "nan"})
      EXPECT_FALSE(read(cell)) << cell;
  }
}

TEST(WrittenNumber, GroupsOfThree) {
  EXPECT_EQ(with_point("1,234.5"), 1234.5);
  EXPECT_EQ(with_point("1,234"), 1234.0);
  EXPECT_EQ(with_point("-12,345,678"), -12345678.0);
  EXPECT_EQ(with_comma("1.234,5"), 1234.5);
  EXPECT_EQ(with_comma("1.234"), 1234.0);
  EXPECT_EQ(with_comma("1,234"), 1.234);
  EXPECT_EQ(with_comma("-12.345.678,25"), -12345678.25);
  EXPECT_EQ(with_comma(",5"), 0.5);
  for (const char* cell : {"1 234 567",
                           "1\xC2\xA0"
                           "234\xC2\xA0"
                           "567",
                           "1\xE2\x80\xAF"
                           "234\xE2\x80\xAF"
                           "567",
                           "1\xE2\x80\x89"
                           "234\xE2\x80\x89"
                           "567",
                           "1'234'567", "1’234’567"}) {
    EXPECT_EQ(with_point(cell), 1234567.0) << cell;
    EXPECT_EQ(with_comma(cell), 1234567.0) << cell;
  }
  EXPECT_EQ(with_comma("1 234,5"), 1234.5);
  for (const char* cell : {"1,5", "1234,567.8", ",234.5", "1,23.4", "1,234,56", "1,,234.5", "1.234,5", "1,2a4.5",
                           "1,234 567", "0,123", "1,234e2", "1,234,", "12,34,567", "1 23", "1  234", "1, 234", ","})
    EXPECT_FALSE(with_point(cell)) << cell;
  for (const char* cell : {"1.5", "1.234.5", "0.123", "1,234.5", "1,2,3", "1.23,4", "12.5e3"})
    EXPECT_FALSE(with_comma(cell)) << cell;
}

TEST(WrittenNumber, WhatStandsAround) {
  EXPECT_EQ(with_comma("$ 175.900"), 175900.0);
  EXPECT_EQ(with_point("€ 12"), 12.0);
  EXPECT_EQ(with_point("12 €"), 12.0);
  EXPECT_EQ(with_point("EUR 1,234.50"), 1234.5);
  EXPECT_EQ(with_point("1,234.50CHF"), 1234.5);
  EXPECT_EQ(with_point("-$5"), -5.0);
  EXPECT_EQ(with_point("$-5"), -5.0);
  EXPECT_EQ(with_point("kr 5"), 5.0);
  EXPECT_EQ(with_point("5 Kč"), 5.0);
  EXPECT_EQ(with_point("US$ 5"), 5.0);
  EXPECT_EQ(with_point("18.3 MM"), 18.3e6);
  EXPECT_EQ(with_point("4k"), 4000.0);
  EXPECT_EQ(with_point("$1.1bn"), 1.1e9);
  EXPECT_EQ(with_comma("1,1 Mrd €"), 1.1e9);
  EXPECT_EQ(with_point("£5m"), 5e6);
  EXPECT_EQ(with_point("12.5 %"), 0.125);
  EXPECT_EQ(with_comma("-12,5%"), -0.125);
  EXPECT_EQ(with_point("0.1%"), 0.001);
  EXPECT_EQ(with_point("(12.50)"), -12.5);
  EXPECT_EQ(with_point("($ 1,200)"), -1200.0);
  EXPECT_EQ(with_point("12.50-"), -12.5);
  EXPECT_EQ(with_point("\xE2\x88\x92"
                       "3"),
            -3.0);
  EXPECT_FALSE(std::signbit(*with_point("(0.00)")));
  for (const char* cell : {"5 m",
                           "5 b",
                           "$",
                           "k",
                           "%",
                           "5 %%",
                           "5 kk",
                           "5 k %",
                           "(5",
                           "5)",
                           "(-5)",
                           "-5-",
                           "€ 5 $",
                           "5 krone",
                           "USDT 5",
                           "1e3 k",
                           "()",
                           "$ %",
                           "5 apples",
                           "A5",
                           "5A",
                           "No. 5",
                           "( )",
                           "5 -"
                           " 3",
                           "10:30",
                           "Q3",
                           "3 Main Street",
                           "12 months",
                           "EUR",
                           "M5"})
    EXPECT_FALSE(with_point(cell)) << cell;
}

TEST(WrittenNumber, WhatACellTellsOfItsColumn) {
  const auto marks = [](std::string_view cell) {
    const NumberForm form = number_form(cell);
    return std::string(form.with_point ? "." : "") + (form.with_comma ? "," : "") + (form.differs ? "?" : "");
  };
  for (const char* cell : {"12", "-5", "1e3", "1 234", "12 %", "€ 5", "4k", "(3)"})
    EXPECT_EQ(marks(cell), ".,") << cell;
  for (const char* cell : {"12.5", "0.123", "1234.567", "1,234,567", "1,234.5", "1.2345", "5.", "1.5e3", "$ 1.50"})
    EXPECT_EQ(marks(cell), ".") << cell;
  for (const char* cell : {"12,5", "0,123", "1.234.567", "1.234,5", "1,2345", "€ 1,50", "12,5 %"})
    EXPECT_EQ(marks(cell), ",") << cell;
  for (const char* cell : {"1,234", "1.234", "$ 175.900", "-12.345", "123,456"}) EXPECT_EQ(marks(cell), ".,?") << cell;
  for (const char* cell : {"", "abc", "2024-12-31", "1/2/2024", "31.12.2024"}) EXPECT_EQ(marks(cell), "") << cell;
  EXPECT_TRUE(number_form("1,234").comma_inside);
  EXPECT_TRUE(number_form("12 %").percent);
  EXPECT_TRUE(number_form("4k").scaled);
  EXPECT_EQ(kCurrencies[static_cast<std::size_t>(number_form("5 EUR").currency)], "€");
  EXPECT_EQ(number_form("5").currency, kNoCurrency);
}

TEST(WrittenNumber, ComeBackFromTheirShortestText) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 2000; ++i) {
    const double value = std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 600) - 300);
    char text[64];
    std::snprintf(text, sizeof text, "%.17g", value);
    EXPECT_EQ(with_point(text), value) << text;
    EXPECT_TRUE(number_form(text).with_point) << text;
  }
}

/// Whole and fraction grouped and dressed at random, against strtod on the bare digits.
TEST(WrittenNumber, AgreesWithBareDigitsHoweverDressed) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 5000; ++i) {
    const std::string whole = std::to_string(1 + random() % 1'000'000'000'000);
    const std::string fraction = std::to_string(random() % 100'000);
    const bool comma = random() % 2 == 0;
    const bool negative = random() % 2 == 0;
    const int power = static_cast<int>(random() % 3) * 3;
    std::string body = whole;
    const char* const marks[] = {comma ? "." : ",", " ", "\xE2\x80\xAF", "'", ""};
    const std::string mark = marks[random() % 5];
    for (std::ptrdiff_t at = std::ssize(body) - 3; at > 0; at -= 3) body.insert(static_cast<std::size_t>(at), mark);
    body += (comma ? "," : ".") + fraction + (power == 3 ? " k" : power == 6 ? "M" : "");
    if (random() % 3 == 0) body = "€ " + body;
    if (negative) body = random() % 2 == 0 ? "(" + body + ")" : "-" + body;
    const double expected = std::strtod((whole + "." + fraction + "e" + std::to_string(power)).c_str(), nullptr);
    EXPECT_EQ(parse_number(body, comma ? DecimalMark::kComma : DecimalMark::kPoint), negative ? -expected : expected)
        << body;
  }
}

}  // namespace
}  // namespace tessera::intake
