#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "tessera/evolve.hpp"

namespace tessera {
namespace {

/// Two nights of the segments of one level, and how many accounts went from which row to which; −1: nowhere.
struct Nights {
  std::vector<Segment> last, tonight;
  std::vector<Migration> migration;
};

Segment segment(const std::string& id, Level level, const std::string& name) {
  Segment one;
  one.id = id;
  one.level = level;
  one.name = name;
  return one;
}

Nights nights(int n_last, int n_tonight, const std::vector<std::tuple<int, int, std::int64_t>>& moves,
              Level level = Level::kCore) {
  Nights both;
  for (int i = 0; i < n_last; ++i)
    both.last.push_back(segment("L" + std::to_string(i), level, "last " + std::to_string(i)));
  for (int i = 0; i < n_tonight; ++i)
    both.tonight.push_back(segment("T" + std::to_string(i), level, "tonight " + std::to_string(i)));
  for (const auto& [from, to, accounts] : moves) both.migration.push_back({level, from, to, accounts, 0.5});
  return both;
}

/// What is told of every segment: "id: fate; story".
std::vector<std::string> told(const Nights& both) {
  const Evolution evolution = evolution_of(both.last, both.tonight, both.migration);
  std::vector<std::string> lines;
  for (const LedgerLine& line : ledger_lines(evolution, both.last, both.tonight))
    lines.push_back(line.id + ": " + std::string(name_of(line.fate)) + "; " + line.story);
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Ledger, AnUnchangedNightKeepsAllWhateverTheRowsAre) {
  EXPECT_EQ(told(nights(3, 3, {{0, 2, 50}, {1, 0, 70}, {2, 1, 9}})),
            (Lines{"T0: kept; kept; nobody moved", "T1: kept; kept; nobody moved", "T2: kept; kept; nobody moved"}));
}

TEST(Ledger, ATenthMoreOrLessIsKeptAndBeyondItGrownOrShrunk) {
  const Lines lines = told(nights(
      4, 4, {{0, 0, 100}, {-1, 0, 10}, {1, 1, 100}, {-1, 1, 11}, {2, 2, 90}, {2, -1, 10}, {3, 3, 89}, {3, -1, 11}}));
  EXPECT_EQ(
      lines,
      (Lines{"T0: kept; kept; 10 accounts came", "T1: grown; grown from 100 to 111 accounts; 11 accounts came",
             "T2: kept; kept; 10 accounts left", "T3: shrunk; shrunk from 100 to 89 accounts; 11 accounts left"}));
}

TEST(Ledger, TheLargestPartOfASplitIsTheSameSegment) {
  EXPECT_EQ(told(nights(1, 3, {{0, 0, 20}, {0, 1, 50}, {0, 2, 30}})),
            (Lines{"T0: born; new, split off from L0, with 20 accounts",
                   "T1: split; split into T1, T0 and T2; 50 accounts left",
                   "T2: born; new, split off from L0, with 30 accounts"}));
}

TEST(Ledger, TheLargestOfAMergeIsTheSameSegment) {
  EXPECT_EQ(told(nights(3, 1, {{0, 0, 60}, {1, 0, 40}, {2, 0, 20}, {2, -1, 1}})),
            (Lines{"T0: merged; merged from T0, L1 and L2; 60 accounts came",
                   "L1: retired; no more, merged into T0; it had 40 accounts",
                   "L2: retired; no more, merged into T0; it had 21 accounts"}));
}

TEST(Ledger, FourEqualPartsAreASplitAndFiveAreAllNew) {
  EXPECT_EQ(evolution_of(nights(1, 4, {}).last, nights(1, 4, {}).tonight,
                         nights(1, 4, {{0, 0, 5}, {0, 1, 5}, {0, 2, 5}, {0, 3, 5}}).migration)
                .last_of,
            (std::vector<std::int32_t>{0, -1, -1, -1}));
  const Lines lines = told(nights(1, 5, {{0, 0, 5}, {0, 1, 5}, {0, 2, 5}, {0, 3, 5}, {0, 4, 5}}));
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[0], "T0: born; new, split off from L0, with 5 accounts");
  EXPECT_EQ(lines[5], "L0: retired; split into T0, T1, T2, T3 and T4; no more, it had 25 accounts");
}

TEST(Ledger, WhoComesFromNowhereIsBornAndWhoGoesThereRetired) {
  EXPECT_EQ(told(nights(2, 2, {{0, 0, 10}, {1, -1, 7}, {-1, 1, 8}, {1, 0, 1}})),
            (Lines{"T0: kept; kept; 1 account came", "T1: born; new, with 8 accounts",
                   "L1: retired; no more: its accounts are scattered or gone; it had 8 accounts"}));
  EXPECT_EQ(told(nights(1, 0, {{0, -1, 7}})),
            (Lines{"L0: retired; no more: its accounts are scattered or gone; it had 7 accounts"}));
  EXPECT_EQ(told(nights(0, 1, {{-1, 0, 1}})), (Lines{"T0: born; new, with 1 account"}));
  EXPECT_TRUE(told(nights(0, 0, {})).empty());
}

TEST(Ledger, MovesBetweenKeptSegmentsAreNoSplit) {
  const Lines lines = told(nights(2, 2, {{0, 0, 60}, {0, 1, 40}, {1, 1, 100}}));
  EXPECT_EQ(lines, (Lines{"T0: shrunk; shrunk from 100 to 60 accounts; 40 accounts left",
                          "T1: grown; grown from 100 to 140 accounts; 40 accounts came"}));
}

TEST(Matching, MacroSegmentsGoByNameWhoeverIsInThem) {
  Nights both = nights(2, 2, {{0, 0, 50}, {1, 1, 50}}, Level::kMacro);
  both.tonight[0].name = "last 1";
  both.tonight[1].name = "other";
  EXPECT_EQ(evolution_of(both.last, both.tonight, both.migration).last_of, (std::vector<std::int32_t>{1, -1}));
}

TEST(Matching, AMacroSegmentIsTheSameByItsRuleWhateverItIsCalled) {
  Nights both = nights(3, 3, {{0, 1, 50}, {1, 0, 50}, {2, 2, 50}}, Level::kMacro);
  for (std::size_t i = 0; i < 3; ++i) both.last[i].rule = "rule " + std::to_string(i);
  both.last[0].name = "what the job calls it";
  both.tonight[0].rule = "rule 0";                                   // renamed: the rule tells
  both.tonight[1].rule = "rule 3", both.tonight[1].name = "last 2";  // its bound has moved: the name tells
  both.tonight[2].rule = "rule 1", both.tonight[2].name = "last 2";
  EXPECT_EQ(evolution_of(both.last, both.tonight, both.migration).last_of, (std::vector<std::int32_t>{0, 2, 1}));
  both.tonight[1].rule = both.tonight[2].rule = "rule 2";  // no row is given to two, whatever the criteria say
  EXPECT_EQ(evolution_of(both.last, both.tonight, both.migration).last_of, (std::vector<std::int32_t>{0, 2, -1}));
}

TEST(Matching, OutliersGoWithOutliersAndLevelsWithThemselves) {
  Nights both = nights(2, 2, {{0, 1, 50}, {1, 0, 50}}, Level::kMicro);
  both.last[0].is_outliers = true;
  both.tonight[1].is_outliers = true;
  EXPECT_EQ(evolution_of(both.last, both.tonight, both.migration).last_of, (std::vector<std::int32_t>{1, 0}));
  both.tonight[1].is_outliers = false;
  EXPECT_EQ(evolution_of(both.last, both.tonight, both.migration).last_of, (std::vector<std::int32_t>{1, -1}));
  both.tonight[0].level = Level::kCore;  // its migration is of the other level
  EXPECT_EQ(evolution_of(both.last, both.tonight, {{Level::kMicro, 1, 1, 50, 0.0}}).last_of,
            (std::vector<std::int32_t>{-1, 1}));
}

TEST(Matching, TwoDesignsOfOneNightAreComparedInTheSameWay) {
  const Nights both = nights(2, 3, {{0, 0, 30}, {0, 1, 20}, {1, 2, 50}});
  EXPECT_EQ(evolution_of(both.last, both.tonight, both.migration).last_of, (std::vector<std::int32_t>{0, -1, 1}));
  const auto lines = migration_lines(evolution_of(both.last, both.tonight, both.migration), both.last, both.tonight);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1].from + ">" + lines[1].to, "L0>T1");
}

TEST(SegmentId, IsReadAsItIsWrittenAndInNoOtherWay) {
  EXPECT_EQ(segment_id(42), "S-0042");
  EXPECT_EQ(segment_id(123456), "S-123456");
  for (const std::int64_t number : {1, 9999, 10000, 123456}) EXPECT_EQ(segment_number(segment_id(number)), number);
  for (const char* text :
       {"", "S-", "S-42", "S-00042", "S-0000", "s-0042", "S-004x", "S--042", "S-99999999999999999999"})
    EXPECT_FALSE(segment_number(text)) << text;
}

}  // namespace
}  // namespace tessera
