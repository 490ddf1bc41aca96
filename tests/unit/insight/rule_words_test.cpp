#include "insight/rules/rule_words.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "core/iso_date.hpp"
#include "insight/rules/condition_choice.hpp"
#include "insight/trait_words.hpp"

namespace tessera::insight {
namespace {

RuleColumn numbers(const std::string& name, std::vector<double> cuts, bool is_whole = true) {
  RuleColumn column;
  column.source = "orders";
  column.name = name;
  column.cuts = std::move(cuts);
  column.is_whole = is_whole;
  column.spoken = name == "frequency" || name == "monetary" ? history_column("orders", name) : spoken_column(name);
  return column;
}

RuleColumn industries() {
  RuleColumn column;
  column.kind = RuleColumn::Kind::kCategory;
  column.name = column.spoken = "industry";
  column.labels = {"Retail", "Software", "Öl & Gas"};
  return column;  // bins: the three, others, missing
}

TEST(RuleWords, RangesOfCounts) {
  const RuleColumn employees = numbers("employees", {10.0, 51.0});
  EXPECT_EQ(condition_in_words(employees, 0b0010), "10–50 employees");
  EXPECT_EQ(condition_in_words(employees, 0b0001), "≤ 9 employees");
  EXPECT_EQ(condition_in_words(employees, 0b0110), "≥ 10 employees");
  EXPECT_EQ(condition_in_words(employees, 0b1110), "≥ 10 employees or unknown");
  EXPECT_EQ(condition_in_words(employees, 0b1000), "employees unknown");
  EXPECT_EQ(condition_in_words(numbers("clicks", {1.0}), 0b001), "no clicks");
  EXPECT_EQ(condition_in_words(numbers("clicks", {0.0, 1.0}), 0b0010), "no clicks");
  EXPECT_EQ(condition_in_words(numbers("clicks", {2.0}), 0b001), "≤ 1 click");
  EXPECT_EQ(condition_in_words(numbers("revenue", {750'000.0}), 0b001), "revenue < 750 k");
}

TEST(RuleWords, RangesOfAmountsDatesAndDays) {
  const RuleColumn revenue = numbers("revenue", {1.2e6, 5e6}, false);
  EXPECT_EQ(condition_in_words(revenue, 0b0100), "revenue ≥ 5 M");
  EXPECT_EQ(condition_in_words(revenue, 0b0010), "revenue 1.2 M–5 M");
  EXPECT_EQ(condition_in_words(revenue, 0b0001), "revenue < 1.2 M");
  EXPECT_EQ(condition_in_words(numbers("monetary", {std::numeric_limits<double>::denorm_min()}, false), 0b010),
            "spend > 0");
  EXPECT_EQ(condition_in_words(numbers("frequency", {3.0}), 0b010), "≥ 3 orders");
  RuleColumn recency = numbers("recency_days", {31.0, 91.0});
  recency.missing_is_never = true;
  EXPECT_EQ(condition_in_words(recency, 0b0011), "active in the last 90 days");
  EXPECT_EQ(condition_in_words(recency, 0b1000), "never active");
  EXPECT_EQ(condition_in_words(recency, 0b1100), "inactive for 91 days or more or never");
  RuleColumn founded = numbers("founded", {1996.0, 2005.0});
  EXPECT_EQ(condition_in_words(founded, 0b0010), "founded 1996–2004");
  EXPECT_EQ(condition_in_words(founded, 0b0001), "founded before 1996");
  RuleColumn touch = numbers("last_touch", {static_cast<double>(parse_iso_date("2025-03-01").value())});
  touch.kind = RuleColumn::Kind::kDate;
  EXPECT_EQ(condition_in_words(touch, 0b010), "last touch since 2025-03");
}

TEST(RuleWords, Categories) {
  EXPECT_EQ(condition_in_words(industries(), 0b00010), "Software");
  EXPECT_EQ(condition_in_words(industries(), 0b00101), "Retail or Öl & Gas");
  EXPECT_EQ(condition_in_words(industries(), 0b11110), "not Retail");
  EXPECT_EQ(condition_in_words(industries(), 0b10000), "industry unknown");
  EXPECT_EQ(rule_in_words({}, {}), "");
}

TEST(RuleColumns, CutsAreRoundAsFarAsTheyStayApart) {
  const std::vector<double> spread{12.34, 47.3, 103.0, 251.7};
  EXPECT_EQ(readable_cuts(spread, false), (std::vector<double>{20.0, 40.0, 100.0, 300.0}));
  const std::vector<double> shared{0.0, 0.0, 0.0, 1.0, 4.0};
  EXPECT_EQ(readable_cuts(shared, true), (std::vector<double>{0.0, 1.0, 4.0}));
  EXPECT_EQ(readable_cuts(std::vector<double>{5.0, 5.0}, false), (std::vector<double>{5.0}));
}

TEST(RuleColumns, BinsHoldTheirLowerCut) {
  const RuleColumn employees = numbers("employees", {10.0, 51.0});
  EXPECT_EQ(employees.bin_of(9.0), 0);
  EXPECT_EQ(employees.bin_of(10.0), 1);
  EXPECT_EQ(employees.bin_of(50.0), 1);
  EXPECT_EQ(employees.bin_of(51.0), 2);
  EXPECT_EQ(employees.bin_of(std::numeric_limits<double>::quiet_NaN()), 3);
}

TEST(ConditionChoice, TakesTheRangeThatIsWorthMost) {
  const RuleColumn column = numbers("employees", {10.0, 20.0, 30.0});
  const std::vector<BinCounts::Cell> cells{{100, 1}, {50, 45}, {40, 38}, {100, 2}, {10, 0}};
  const ConditionChoice choice = best_condition(column, cells, 86, RuleGoal::kF1);
  EXPECT_EQ(choice.bins, 0b00110U);
  EXPECT_EQ(choice.counts.found, 90);
  EXPECT_EQ(choice.counts.right, 83);
  const std::vector<BinCounts::Cell> alike{{10, 1}, {10, 1}, {10, 1}, {10, 1}, {10, 1}};
  EXPECT_EQ(best_condition(column, alike, 5, RuleGoal::kF1).bins, column.all_bins());
}

}  // namespace
}  // namespace tessera::insight
