#include "trial/arm_comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.hpp"

namespace tessera::trial {
namespace {

/// An arm of `n` accounts: the first `responses` respond and bring `revenue` each; all cost the same.
ArmSums arm(std::int64_t n, std::int64_t responses, double revenue, double cost) {
  ArmSums sums;
  sums.assigned = n;
  for (std::int64_t i = 0; i < n; ++i) sums.add(i < responses, i < responses ? revenue : 0.0, cost);
  return sums;
}

TEST(ArmComparison, TellsUpliftAmountsAndReturn) {
  const SegmentEffect effect = compare_arms(3, {arm(1000, 30, 100.0, 0.0), arm(4000, 240, 100.0, 2.0)}, true, true);
  ASSERT_EQ(effect.arms.size(), 2U);
  const ArmEffect& control = effect.arms[0];
  const ArmEffect& a = effect.arms[1];
  EXPECT_DOUBLE_EQ(control.rate, 0.03);
  EXPECT_TRUE(std::isnan(control.uplift));
  EXPECT_DOUBLE_EQ(a.uplift, 0.03);
  EXPECT_LT(a.uplift_low, 0.03);
  EXPECT_GT(a.uplift_low, 0.0);
  // 6 % of 100 less 3 % of 100 is 3 an account, for 2 an account.
  EXPECT_NEAR(a.extra_revenue, 12'000.0, 1e-6);
  EXPECT_NEAR(a.extra_cost, 8'000.0, 1e-6);
  EXPECT_NEAR(a.roi, 0.5, 1e-9);
  // The cost is certain, so the interval is that of the difference of mean revenues over 2.
  const double error = 100.0 * std::sqrt(0.06 * 0.94 / 3999.0 + 0.03 * 0.97 / 999.0);
  EXPECT_NEAR(a.roi_low, (3.0 - 1.959963985 * error) / 2.0 - 1.0, 1e-6);
  EXPECT_NEAR(a.roi_high, (3.0 + 1.959963985 * error) / 2.0 - 1.0, 1e-6);
}

TEST(ArmComparison, TellsNothingWhereNothingWasMeasured) {
  const SegmentEffect none = compare_arms(0, {ArmSums{}, arm(100, 10, 1.0, 1.0)}, true, true);
  EXPECT_TRUE(std::isnan(none.arms[0].rate));
  EXPECT_TRUE(std::isnan(none.arms[1].uplift));
  EXPECT_TRUE(std::isnan(none.arms[1].roi));
  const SegmentEffect silent = compare_arms(0, {arm(100, 5, 1.0, 1.0), arm(100, 10, 1.0, 1.0)}, false, false);
  EXPECT_TRUE(std::isnan(silent.arms[1].extra_revenue));
  EXPECT_TRUE(std::isnan(silent.arms[1].roi));
  // The same cost in both arms: there is nothing to have a return on.
  EXPECT_TRUE(std::isnan(compare_arms(0, {arm(100, 5, 1.0, 1.0), arm(100, 10, 1.0, 1.0)}, true, true).arms[1].roi));
  // One account an arm has no spread: a return, but no interval.
  const ArmEffect one = compare_arms(0, {arm(1, 0, 1.0, 0.0), arm(1, 1, 3.0, 2.0)}, true, true).arms[1];
  EXPECT_DOUBLE_EQ(one.roi, 0.5);
  EXPECT_TRUE(std::isnan(one.roi_low));
}

TEST(Judge, AdjustsOverTheSegmentsOfALevel) {
  std::vector<SegmentEffect> segments;
  segments.push_back(compare_arms(0, {arm(2000, 60, 0, 0), arm(2000, 160, 0, 0)}, false, false));  // worked
  segments.push_back(compare_arms(1, {arm(2000, 160, 0, 0), arm(2000, 60, 0, 0)}, false, false));  // harmed
  segments.push_back(compare_arms(2, {arm(2000, 60, 0, 0), arm(2000, 64, 0, 0)}, false, false));   // no difference
  segments.push_back(compare_arms(3, {arm(40, 1, 0, 0), arm(40, 2, 0, 0)}, false, false));         // too few
  // By itself at p = 0.037, but not as one of four.
  segments.push_back(compare_arms(4, {arm(1000, 30, 0, 0), arm(1000, 48, 0, 0)}, false, false));
  std::vector<SegmentEffect*> level;
  for (SegmentEffect& segment : segments) level.push_back(&segment);
  judge(level);
  const Verdict expected[] = {Verdict::kWorked, Verdict::kHarmed, Verdict::kNoDifference, Verdict::kTooFew,
                              Verdict::kNoDifference};
  for (std::size_t s = 0; s < segments.size(); ++s) {
    EXPECT_EQ(segments[s].verdicts[0], Verdict::kControl);
    EXPECT_EQ(segments[s].verdicts[1], expected[s]) << s;
  }
  EXPECT_LT(segments[4].arms[1].p, 0.05);
  EXPECT_GT(segments[4].arms[1].adjusted_p, 0.05);
  EXPECT_TRUE(std::isnan(segments[3].arms[1].adjusted_p));
  EXPECT_EQ(segments[3].arms[1].responses, 2);
}

/// A campaign without any effect, over 200 seeds of eight segments each: how often is anything found?
TEST(Judge, FindsLittleWhereThereIsNothing) {
  int nights_with_a_finding = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::vector<SegmentEffect> segments;
    for (std::uint64_t s = 0; s < 8; ++s) {
      std::vector<ArmSums> arms(2);
      for (std::uint64_t i = 0; i < 800; ++i) {
        const bool responds = uniform(random_bits(seed, RandomPurpose::kSample, {s, i}, 0)) < 0.05;
        arms[i % 4 == 0 ? 0 : 1].add(responds, 0.0, 0.0);
      }
      segments.push_back(compare_arms(static_cast<std::int32_t>(s), arms, false, false));
    }
    std::vector<SegmentEffect*> level;
    for (SegmentEffect& segment : segments) level.push_back(&segment);
    judge(level);
    bool found = false;
    for (const SegmentEffect& segment : segments)
      found = found || segment.verdicts[1] == Verdict::kWorked || segment.verdicts[1] == Verdict::kHarmed;
    nights_with_a_finding += found ? 1 : 0;
  }
  // At 5 % ten are to be expected, with a standard deviation of 3.1; unadjusted there would be 67.
  EXPECT_GE(nights_with_a_finding, 1);
  EXPECT_LE(nights_with_a_finding, 22);
}

}  // namespace
}  // namespace tessera::trial
