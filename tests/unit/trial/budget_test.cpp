#include <gtest/gtest.h>

#include <limits>

#include "core/special_numbers.hpp"
#include "tessera/errors.hpp"
#include "tessera/trial_report.hpp"

namespace tessera {
namespace {

struct Arm {
  Verdict verdict = Verdict::kWorked;
  double roi_low = 0.0;
  double cost_an_account = 2.0;
};

/// A segmentation whose segments have a control and the arms given, each of 100 accounts in the trial.
struct Fixture {
  TrialReport report;
  SegmentationEffect effect;

  Fixture() {
    report.arms = {"control", "a", "b"};
    report.has_revenue = report.has_cost = true;
    effect.name = "growth";
  }
  void add(Level level, std::int64_t contactable, const std::vector<Arm>& arms) {
    Segment segment;
    segment.level = level;
    segment.contactable = contactable;
    SegmentEffect of_segment;
    of_segment.segment = static_cast<std::int32_t>(effect.segments.size());
    of_segment.arms.emplace_back();
    of_segment.verdicts.push_back(Verdict::kControl);
    for (const Arm& arm : arms) {
      ArmEffect one;
      one.accounts = 100;
      one.extra_cost = 100.0 * arm.cost_an_account;
      one.roi_low = arm.roi_low;
      one.roi = arm.roi_low + 0.5;
      one.roi_high = arm.roi_low + 1.0;
      of_segment.arms.push_back(one);
      of_segment.verdicts.push_back(arm.verdict);
    }
    effect.segments.push_back(segment);
    effect.by_segment.push_back(of_segment);
  }
};

TEST(Budget, GoesToTheBestProvenReturnFirst) {
  Fixture trial;
  trial.add(Level::kMacro, 9999, {{Verdict::kWorked, 9.0, 1.0}});  // the macro level is not split where there are cores
  trial.add(Level::kCore, 1000, {{Verdict::kWorked, 0.2, 2.0}, {Verdict::kWorked, 0.4, 4.0}});
  trial.add(Level::kCore, 300, {{Verdict::kWorked, 1.5, 3.0}});
  trial.add(Level::kCore, 500, {{Verdict::kNoDifference, 0.8, 2.0}});
  trial.add(Level::kCore, 500, {{Verdict::kWorked, -0.1, 2.0}});
  trial.add(Level::kCore, 500, {{Verdict::kWorked, kNaN, 2.0}});
  const BudgetSplit split = split_budget(trial.report, trial.effect, 1903.0);
  ASSERT_EQ(split.shares.size(), 2U);
  EXPECT_EQ(split.segments_unproven, 3);
  EXPECT_EQ(split.shares[0].segment, 2);
  EXPECT_EQ(split.shares[0].accounts, 300);  // all that may be contacted
  EXPECT_DOUBLE_EQ(split.shares[0].amount, 900.0);
  EXPECT_EQ(split.shares[1].segment, 1);
  EXPECT_EQ(split.shares[1].arm, 2);
  EXPECT_EQ(split.shares[1].accounts, 250);  // 1003 pays for 250 accounts at 4
  EXPECT_DOUBLE_EQ(split.left, 3.0);
}

TEST(Budget, IsLeftWhereNoTrialSupportsIt) {
  Fixture trial;
  trial.add(Level::kMacro, 10, {{Verdict::kWorked, 0.5, 2.0}});
  BudgetSplit split = split_budget(trial.report, trial.effect, 100.0);
  EXPECT_EQ(split.level, Level::kMacro);
  EXPECT_DOUBLE_EQ(split.left, 80.0);
  trial.report.has_cost = false;
  split = split_budget(trial.report, trial.effect, 100.0);
  EXPECT_TRUE(split.shares.empty());
  EXPECT_DOUBLE_EQ(split.left, 100.0);
}

TEST(Budget, IsAnAmountAboveZero) {
  const Fixture trial;
  for (const double budget : {0.0, -5.0, kNaN, std::numeric_limits<double>::infinity()})
    EXPECT_THROW((void)split_budget(trial.report, trial.effect, budget), Error) << budget;
}

}  // namespace
}  // namespace tessera
