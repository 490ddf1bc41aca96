#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "sources.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;

/// A column with these cells, one account each, and what a scan makes of it over all ranks.
class Writing : public testing::Test {
 protected:
  void SetUp() override { sources_.source("s.csv"); }

  void scan(const Texts& cells) {
    std::string text = "id;x\n";
    for (std::size_t i = 0; i < cells.size(); ++i) text += fmt::format("{};{}\n", i, cells[i]);
    sources_.write("s.csv", text);
    const Ingested ingested = sources_.ingest(40);
    type_ = test::type_of(ingested, "s.x");
    reason_ = ingested.report.columns.at(1).reason;
    quarantine_ = test::quarantine_of(ingested.report);
    accounts_ = test::accounts_of(ingested.accounts);
  }
  /// What account 0 has in x: the first cell as read.
  [[nodiscard]] std::string first() const {
    for (const std::string& account : accounts_) {
      if (account.starts_with("0 x=")) return account.substr(4);
    }
    return "in quarantine";
  }
  [[nodiscard]] bool says(const std::string& part) const { return reason_.find(part) != std::string::npos; }

  Sources sources_;
  std::string type_, reason_;
  Texts quarantine_, accounts_;
};

TEST_F(Writing, TheWholeColumnTellsWhatMarksDecimals) {
  scan({"1,234", "5", "1,234.5"});
  EXPECT_EQ(type_ + " " + first() + " " + reason_, "number 1234 100.0 % of 3 cells are numbers");
  scan({"1,234", "5", "0,5"});
  EXPECT_EQ(type_ + " " + first(), "number 1.234");
  EXPECT_TRUE(says("decimal comma, as 1 cell show")) << reason_;
  scan({"1.234", "5", "1.234.567"});
  EXPECT_EQ(first(), "1234");
  scan({"1.234", "5", "17.5"});
  EXPECT_EQ(first(), "1.234");
  EXPECT_EQ(quarantine_, Texts{});
}

TEST_F(Writing, DoubtIsToldAndTheJobCanEndIt) {
  scan({"1,234", "5"});
  EXPECT_EQ(first(), "1234");
  EXPECT_TRUE(says("1 cell such as 1,234 read as 1234, though no cell proves it: write decimal = \",\" in [columns.x]"))
      << reason_;
  scan({"1.234", "5"});
  EXPECT_EQ(first(), "1.234");
  EXPECT_TRUE(says("such as 1.234 read as 1.234")) << reason_;
  sources_.column("x").decimal = DecimalMark::kComma;
  scan({"1.234", "5"});
  EXPECT_EQ(first(), "1234");
  EXPECT_FALSE(says("proves")) << reason_;
  sources_.job.columns[0].type = ColumnType::kNumber;
  scan({"1,234", "5"});
  EXPECT_EQ(first(), "1.234");
}

TEST_F(Writing, MoneyHasNoThreeDecimals) {
  scan({"$ 175.900", "$ 12", "$ 1.250"});
  EXPECT_EQ(type_ + " " + first(), "number 175900");
  EXPECT_TRUE(says("write decimal = \".\"")) << reason_;
  EXPECT_TRUE(says("; in $")) << reason_;
  scan({"$ 175.900", "$ 12", "$ 1.25"});
  EXPECT_EQ(first(), "175.9");
}

TEST_F(Writing, TheFewWrittenOtherwiseAreMistakes) {
  Texts cells(100, "1.234,50");
  cells[0] = "1,234.50";
  scan(cells);
  EXPECT_EQ(quarantine_, Texts{"s.csv:2 x: not a number [1,234.50]"});
  EXPECT_EQ(reason_, "99.0 % of 100 cells are numbers; decimal comma, as 99 cells show");
}

TEST_F(Writing, WhatStandsAroundIsTold) {
  scan({"12.5 %", "3%", "100 %"});
  EXPECT_EQ(type_ + " " + first(), "number 0.125");
  EXPECT_TRUE(says("3 cells with a percent sign, read as hundredths: 12.5 % is 0.125")) << reason_;
  scan({"18.3 MM", "700 k", "(12.50)"});
  EXPECT_EQ(first(), "18300000");
  EXPECT_TRUE(says("2 cells in thousands, millions or billions")) << reason_;
  scan({"€ 5", "$ 7", "n/a", "--", "#N/A"});
  EXPECT_EQ(type_ + " " + first(), "number 5");
  EXPECT_TRUE(says("in several currencies ($, €), which are not converted")) << reason_;
}

TEST_F(Writing, DatesInDoubtAreNotGuessed) {
  scan({"3/4/2024", "1/1/2023"});
  EXPECT_EQ(type_ + " " + first(), "category 3/4/2024");
  EXPECT_TRUE(says("write date_order = \"dmy\" or \"mdy\" in [columns.x]")) << reason_;
  scan({"3/3/2024", "1/1/2023"});
  EXPECT_EQ(type_ + " " + first(), "date 19785");
  sources_.column("x").date_order = DateOrder::kMonthFirst;
  scan({"3/4/2024", "1/1/2023"});
  EXPECT_EQ(type_ + " " + first(), "date 19786");
  sources_.job.columns[0].date_order = DateOrder::kDayFirst;
  test::expect_error(ExitCode::kBadJob, {"has date_order", "s.x is category"}, [&] {
    scan({"3/4/2024", "12/25/2023"});
  });
  sources_.job.columns[0].type = ColumnType::kDate;
  scan({"3/4/2024", "12/25/2023"});
  EXPECT_EQ(first(), "19816");
  EXPECT_EQ(quarantine_, Texts{"s.csv:3 x: not a date (year or day first) [12/25/2023]"});
}

TEST_F(Writing, DatesThatTheJobWantsMustBeProved) {
  sources_.type("x", ColumnType::kDate);
  scan({"3/4/2024", "13/1/2023", "30/2/2023"});
  EXPECT_EQ(first(), "19816");
  EXPECT_EQ(quarantine_, Texts{"s.csv:4 x: not a date (year or day first) [30/2/2023]"});
  test::expect_error(ExitCode::kBadJob, {"column \"x\": 1 cell such as 3/4/2025", "date_order = \"dmy\" or \"mdy\""},
                     [&] {
                       scan({"3/4/2024", "1/1/2023"});
                     });
  scan({"20240403", "2024-04-03T10:00:00"});
  EXPECT_EQ(first(), "19816");
}

TEST_F(Writing, EightDigitsAreDatesWhereAllRowsAre) {
  scan({"20240403", "19991231", "20000229"});
  EXPECT_EQ(type_ + " " + first(), "date 19816");
  scan({"20240403", "19991231", "20000230"});
  EXPECT_EQ(type_ + " " + first(), "number 20240403");
}

}  // namespace
}  // namespace tessera
