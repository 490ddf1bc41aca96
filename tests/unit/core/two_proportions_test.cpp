#include "core/two_proportions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "core/random.hpp"

namespace tessera::statistics {
namespace {

struct Figures {
  Share arm, control;
  double low, high, p;
};
/// From statsmodels 0.13.5 and scipy 1.10.1, by make_trial_figures.py.
constexpr Figures kShares[] = {
    {{56, 70}, {48, 80}, 0.05243147240236498, 0.33387265403690614, 0.008045081368196585},
    {{9, 10}, {3, 10}, 0.1705227239345029, 0.809017973535488, 0.0061698993205441645},
    {{10, 10}, {0, 20}, 0.6790860371419145, 1.0, 4.320463057827503e-08},
    {{3300, 90000}, {610, 20000}, 0.00341266503745206, 0.0087784957152875, 2.039978776427816e-05},
    {{1, 2000}, {0, 2000}, -0.0014607635604880292, 0.0028268625032662146, 0.31725000761925093},
};
struct Plan {
  double base;
  std::int64_t arm, control;
  double uplift;
};
constexpr Plan kPlans[] = {
    {0.03, 90000, 20000, 0.003878967304914972},
    {0.03, 500, 200, 0.0566324427885001},
    {0.0, 1000, 1000, 0.007809021034614667},
    {0.4, 30, 30, 0.3505783629350375},
};

TEST(TwoProportions, AreThoseOfStatsmodelsAndScipy) {
  for (const Figures& f : kShares) {
    const Interval interval = newcombe_interval(f.arm, f.control);
    EXPECT_NEAR(interval.low, f.low, 1e-9);
    EXPECT_NEAR(interval.high, f.high, 1e-9);
    EXPECT_NEAR(score_test_p(f.arm, f.control) / f.p, 1.0, 1e-6);
  }
  for (const Plan& plan : kPlans) EXPECT_NEAR(smallest_uplift(plan.base, plan.arm, plan.control), plan.uplift, 1e-8);
}

/// Accounts of `n` that respond, each with its own chance drawn by its key.
Share drawn(std::uint64_t seed, std::uint64_t first, std::int64_t n, double chance) {
  Share share{0, n};
  for (std::int64_t i = 0; i < n; ++i) {
    const AccountKey key{0, first + static_cast<std::uint64_t>(i)};
    share.successes += uniform(random_bits(seed, RandomPurpose::kSample, key, 0)) < chance ? 1 : 0;
  }
  return share;
}

TEST(TwoProportions, IntervalsHoldTheUpliftAsOftenAsTheySay) {
  constexpr double kControl = 0.03, kUplifts[] = {0.0, 0.005, 0.02, 0.04};
  int held = 0, all = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::uint64_t first = 0;
    for (const double uplift : kUplifts) {
      const Interval interval =
          newcombe_interval(drawn(seed, first, 900, kControl + uplift), drawn(seed, first + 1000, 300, kControl));
      held += interval.low <= uplift && uplift <= interval.high ? 1 : 0;
      ++all;
      first += 2000;
    }
  }
  // 800 trials at 95 %: mean 760, standard deviation 6.2. Four of these either way leave one false alarm in 15,000.
  EXPECT_EQ(all, 800);
  EXPECT_GE(held, 735);
  EXPECT_LE(held, 785);
}

TEST(TwoProportions, SayWhenNothingCanBeTold) {
  EXPECT_TRUE(std::isnan(score_test_p({0, 0}, {1, 2})));
  EXPECT_TRUE(std::isnan(score_test_p({0, 10}, {0, 10})));
  EXPECT_TRUE(std::isnan(newcombe_interval({1, 2}, {0, 0}).low));
  EXPECT_TRUE(std::isnan(smallest_uplift(0.03, 10, 0)));
  EXPECT_TRUE(std::isnan(smallest_uplift(0.9, 2, 2)));
  EXPECT_TRUE(std::isnan(smallest_uplift(std::nan(""), 100, 100)));
  EXPECT_FALSE(is_enough({0, 100'000}, {4, 100'000}));
  EXPECT_TRUE(is_enough({5, 1000}, {6, 1000}));
}

}  // namespace
}  // namespace tessera::statistics
