#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "sources.hpp"

namespace tessera {
namespace {

using test::Sources;

/// What a scan makes of a column with these cells.
class Typing : public testing::Test {
 protected:
  Ingested with_cells(const std::function<std::string(int)>& cell, int n = 200) {
    std::string text = "id,x\n";
    for (int i = 0; i < n; ++i) text += fmt::format("{},{}\n", i, cell(i));
    sources_.write("s.csv", text);
    if (sources_.job.sources.empty()) sources_.source("s.csv");
    return sources_.ingest(200);
  }
  std::string scanned(const std::function<std::string(int)>& cell, int n = 200) {
    return test::type_of(with_cells(cell, n), "s.x");
  }
  Sources sources_;
};

TEST_F(Typing, ByWhatMostCellsAre) {
  EXPECT_EQ(scanned([](int i) { return std::to_string(i * 0.37); }), "number");
  EXPECT_EQ(scanned([](int i) { return i % 20 == 0 ? "dirt" : std::to_string(i); }), "number");
  EXPECT_EQ(scanned([](int i) { return i % 19 == 0 ? "dirt" : std::to_string(i % 9); }), "category");
  EXPECT_EQ(scanned([](int i) { return i % 2 == 0 ? "Yes" : "no"; }), "flag");
  EXPECT_EQ(scanned([](int i) { return i % 2 == 0 ? "1" : "0"; }), "flag");
  EXPECT_EQ(scanned([](int i) { return i == 7 ? "2" : i % 2 == 0 ? "1" : "0"; }), "number");
  EXPECT_EQ(scanned([](int i) { return i < 6 ? "unknown" : i % 2 == 0 ? "yes" : "no"; }), "category");
  EXPECT_EQ(scanned([](int i) { return fmt::format("2024-{:02}-11", 1 + i % 12); }), "date");
  EXPECT_EQ(scanned([](int i) { return i % 2 == 0 ? "tech" : "bank"; }), "category");
  EXPECT_EQ(scanned([](int i) { return fmt::format("Company {}", i); }), "text");
  EXPECT_EQ(scanned([](int i) { return fmt::format("Company {}", i % 100); }), "category");
  EXPECT_EQ(scanned([](int i) { return fmt::format("Company {}", i % 101); }), "text");
  EXPECT_EQ(scanned([](int i) { return i % 2 == 0 ? std::string(257, 'x') : "short"; }), "text");
  EXPECT_EQ(scanned([](int) { return "NA"; }), "category");
}

TEST_F(Typing, ManyValuesAreText) {
  EXPECT_EQ(scanned([](int i) { return fmt::format("c{}", i % 65'536); }, 131'500), "category");
  EXPECT_EQ(scanned([](int i) { return fmt::format("c{}", i % 65'537); }, 131'500), "text");
}

/// A sample sees the first and the middle block of each rank; blocks of 120 bytes hide the rest from it.
TEST_F(Typing, WhatASampleDoesNotShowIsReadAgain) {
  const std::vector<std::function<std::string(int)>> columns = {
      [](int i) { return i < 20 ? std::to_string(i) : fmt::format("w{}", i % 7); },  // number, then category
      [](int i) { return i < 20 ? "same" : fmt::format("Company {}", i); },          // category, then text
      [](int i) { return i < 20       ? fmt::format("Company {}", i)
                         : i % 2 == 0 ? "a"
                                      : "b"; },  // text, then category
      [](int i) { return i < 20 ? "1" : fmt::format("{}.5", i); },                           // flag, then number
      [](int i) { return i < 20 ? "" : fmt::format("2024-01-{:02}", 1 + i % 28); },          // nothing, then dates
      [](int i) { return i < 20 ? "3/4/2025" : "31/12/2025"; }};                             // dates of either order
  std::string text = "id,a,b,c,d,e,f\n";
  for (int i = 0; i < 400; ++i) {
    text += std::to_string(i);
    for (const auto& cell : columns) text.append(",").append(cell(i));
    text += "\n";
  }
  sources_.write("s.csv", text);
  sources_.source("s.csv");
  const Ingested guessed_wrong = sources_.ingest(120);
  const Ingested guessed_right = sources_.ingest(std::uint64_t{1} << 20);
  const test::Texts types = {"category", "text", "category", "number", "date", "date"};
  for (std::size_t c = 0; c < types.size(); ++c)
    EXPECT_EQ(test::type_of(guessed_wrong, fmt::format("s.{}", static_cast<char>('a' + c))), types[c]);
  EXPECT_EQ(test::accounts_of(guessed_wrong.accounts), test::accounts_of(guessed_right.accounts));
  EXPECT_EQ(test::counts_of(guessed_wrong.report.sources[0]), "400 400 0 0 0");
  for (std::size_t c = 0; c < guessed_right.report.columns.size(); ++c)
    EXPECT_EQ(guessed_wrong.report.columns[c].reason, guessed_right.report.columns[c].reason);
}

TEST_F(Typing, DirtyCellsOfANumberGoToQuarantine) {
  const Ingested ingested = with_cells([](int i) { return i == 3 ? "dirt" : std::to_string(i + 0.5); });
  EXPECT_EQ(test::quarantine_of(ingested.report), test::Texts{"s.csv:5 x: not a number [dirt]"});
  EXPECT_EQ(ingested.report.columns[1].reason, "99.5 % of 200 cells are numbers");
  EXPECT_FALSE(ingested.report.columns[1].by_job);
}

TEST_F(Typing, TheWholeColumnTellsDayFromMonth) {
  const auto days_of_first = [&](const char* first, const char* rest) {
    const Ingested ingested = with_cells([&](int i) { return i == 0 ? first : i == 1 ? "2024-05-06" : rest; }, 50);
    EXPECT_EQ(test::type_of(ingested, "s.x"), "date");
    for (const std::string& line : test::accounts_of(ingested.accounts)) {
      if (line.starts_with("0 ")) return line;
    }
    return std::string();
  };
  EXPECT_EQ(days_of_first("3/4/2024", "25/12/2023"), "0 x=19816");  // 3 April
  EXPECT_EQ(days_of_first("3/4/2024", "12/25/2023"), "0 x=19786");  // 4 March
  EXPECT_EQ(days_of_first("3.4.2024", "12/25/2023"), "0 x=19816");  // dots: the day first
  EXPECT_EQ(days_of_first("25/12/2023", "12/25/2023"), "");         // the few are mistakes
}

TEST_F(Typing, ByWhatTheJobUsesItFor) {
  const auto flags = [](int i) { return i % 2 == 0 ? "1" : "0"; };
  const auto numbers = [](int i) { return std::to_string(i % 5); };
  static_cast<void>(with_cells(flags));
  sources_.job.value.column = {"x", 1, 1};
  EXPECT_EQ(scanned(flags), "number");
  EXPECT_EQ(scanned([](int) { return ""; }), "number");
  sources_.job.value.column = {};
  sources_.job.value.customer = {"x", 1, 1};
  EXPECT_EQ(scanned(flags), "flag");
  EXPECT_EQ(scanned([](int i) { return i % 25 == 0 ? "?!" : i % 2 == 0 ? "yes" : "no"; }), "flag");
  sources_.job.value.customer = {};
  MacroSpec& macro = sources_.job.macros.emplace_back();
  macro.column = {"x", 1, 1};
  macro.groups.push_back({"all", {"1"}});
  EXPECT_EQ(scanned(numbers), "category");
}

TEST_F(Typing, TextIsReadPastUnlessTheJobNamesIt) {
  const auto names = [](int i) { return fmt::format("Company {}", i); };
  EXPECT_TRUE(with_cells(names).accounts.columns.empty());
  sources_.column("x");
  const Ingested named = with_cells(names);
  ASSERT_EQ(named.accounts.columns.size(), 1U);
  EXPECT_EQ(named.accounts.columns[0].type, ColumnType::kText);
}

}  // namespace
}  // namespace tessera
