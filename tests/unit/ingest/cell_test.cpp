#include "ingest/cell.hpp"

#include <gtest/gtest.h>

namespace tessera::intake {
namespace {

TEST(Cell, MissingIsWhatPeopleWriteForNothing) {
  for (const char* cell : {"",  "NA", "na", "N/A", "n/a",  "null", "NULL", "None", "NaN",      "nan", "-",
                           ".", "?",  "--", "---", "#N/A", "n.a.", "<NA>", "\\N",  "\xC2\xA0", "–",   "—"})
    EXPECT_TRUE(is_missing(cell)) << cell;
  for (const char* cell : {"0", "----", "N", "nano", "NAB", "none.", "/"}) EXPECT_FALSE(is_missing(cell)) << cell;
  EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
  EXPECT_EQ(trimmed("  "), "");
}

TEST(Cell, Flags) {
  for (const char* cell : {"true", "TRUE", "Yes", "y", "T", "1", "1.0"}) EXPECT_EQ(parse_flag(cell), true) << cell;
  for (const char* cell : {"false", "False", "NO", "n", "f", "0", "0.0"}) EXPECT_EQ(parse_flag(cell), false) << cell;
  for (const char* cell : {"", "2", "maybe", "yess", "on", "-1", "100 %", "$ 1", "0,000"})
    EXPECT_FALSE(parse_flag(cell)) << cell;
}

TEST(Cell, DatesWithTheYearInFrontLeaveNoChoice) {
  for (const char* cell : {"2024-02-29", "2024/02/29", "2024.2.29", "20240229", "2024-02-29T10:11:12Z",
                           "2024-02-29 10:11:12.5+01:00", "29.02.2024"}) {
    const DateReading date = read_date(cell);
    EXPECT_EQ(date.day_first, 19782) << cell;
    EXPECT_EQ(date.month_first, 19782) << cell;
  }
  EXPECT_EQ(read_date("1970-01-01").day_first, 0);
  EXPECT_EQ(read_date("1969-12-31").day_first, -1);
}

TEST(Cell, DatesWithTheYearBehindAreReadBothWays) {
  const DateReading either = read_date("3/4/2025");
  EXPECT_EQ(either.day_first, *read_date("2025-04-03").day_first);
  EXPECT_EQ(either.month_first, *read_date("2025-03-04").day_first);
  EXPECT_FALSE(read_date("31/12/2024").month_first);
  EXPECT_EQ(read_date("31-12-2024").day_first, read_date("2024-12-31").day_first);
  EXPECT_FALSE(read_date("12/31/2024").day_first);
  EXPECT_TRUE(read_date("12/31/2024").month_first);
}

TEST(Cell, EightDigitsMayBeADate) {
  for (const char* cell : {"19000101", "20241231", "20240229"}) EXPECT_TRUE(is_packed_date(cell)) << cell;
  for (const char* cell : {"20230229", "18991231", "21000101", "2024123", "202412310", "2024-1-1", "20241301"})
    EXPECT_FALSE(is_packed_date(cell)) << cell;
}

TEST(Cell, WhatIsNoDate) {
  for (const char* cell : {"", "2024", "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1x", "2024-01/01", "1/1/24",
                           "32/1/2024", "2024-01-01 noon", "0000-01-01", "2024-01-", "12345678", "10:11:12", "1.2.3"})
    EXPECT_FALSE(read_date(cell).day_first || read_date(cell).month_first) << cell;
}

TEST(Cell, AccountIds) {
  EXPECT_EQ(account_id(" A-1 ", KeyFormat::kText), " A-1 ");
  EXPECT_EQ(account_id(" A-1 ", KeyFormat::kTrimmed), "A-1");
  EXPECT_EQ(account_id(" ab\xC3\xA9 ", KeyFormat::kUpper), "AB\xC3\xA9");
  EXPECT_EQ(account_id("  ", KeyFormat::kText), "");
  for (const char* cell : {"17850", "17850.0", " 17850.00 ", "+17850", "0017850", "17850."})
    EXPECT_EQ(account_id(cell, KeyFormat::kInteger), "17850") << cell;
  EXPECT_EQ(account_id("-5", KeyFormat::kInteger), "-5");
  EXPECT_EQ(account_id("-0.0", KeyFormat::kInteger), "0");
  EXPECT_EQ(account_id("000", KeyFormat::kInteger), "0");
  for (const char* cell : {"C17850", "1.5", "1e5", "nan", ".0", "-", "1 2"})
    EXPECT_EQ(account_id(cell, KeyFormat::kInteger), std::nullopt) << cell;
}

}  // namespace
}  // namespace tessera::intake
