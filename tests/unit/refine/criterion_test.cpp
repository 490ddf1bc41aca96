#include "refine/criterion.hpp"

#include <gtest/gtest.h>

#include "grown_tree.hpp"
#include "refine/worth.hpp"

namespace tessera::refinement {
namespace {

using test::moments_of;

TEST(VarianceCriterion, GainsWhatTheSplitExplainsInSquaredGridUnits) {
  // Means −10 and 10, four accounts each, scatter 4 · 1 within: 800 of 808.
  const Moments left = moments_of({{-11}, {-9}, {-11}, {-9}});
  const Moments right = moments_of({{9}, {11}, {9}, {11}});
  EXPECT_DOUBLE_EQ(gain_by_scatter(SplitCriterion::kVariance, left, right), 800.0);
}

TEST(VarianceCriterion, RefusesWhatExplainsLessThanATenth) {
  // Two features, of which the split tells one apart: a² of 100² + a².
  const auto gain = [](std::int64_t apart) {
    return gain_by_scatter(SplitCriterion::kVariance, moments_of({{-100, -apart}, {100, -apart}}),
                           moments_of({{-100, apart}, {100, apart}}));
  };
  EXPECT_LT(gain(33), 0.0);  // 33² / (100² + 33²) = 0.098
  EXPECT_GT(gain(34), 0.0);  // 0.104
  EXPECT_LT(gain(33), gain(34));
  EXPECT_GT(gain(33), gain(10));
}

TEST(VarianceCriterion, EqualAccountsAreNotKeptApart) {
  EXPECT_LT(gain_by_scatter(SplitCriterion::kVariance, moments_of({{5}}), moments_of({{5}})), 0.0);
}

TEST(Minimums, AllOfThemMustBeMet) {
  const Minimums least{.accounts = 10, .customers = 3, .value = 100.0};
  Worth worth;
  worth.customers = 3;
  worth.value.add(99.999);
  EXPECT_FALSE(least.are_met(10, worth));
  worth.value.add(0.001);
  EXPECT_TRUE(least.are_met(10, worth));
  EXPECT_FALSE(least.are_met(9, worth));
  EXPECT_FALSE(least.are_met(20, worth, 2));
  worth.customers = 2;
  EXPECT_FALSE(least.are_met(10, worth));
}

TEST(Worth, AddingAndTakingAwayUndoEachOther) {
  Worth all;
  for (const double x : {1e16, 0.1, -3.25, 1e-300}) all.value.add(x);
  all.customers = 4;
  Worth part;
  for (const double x : {1e16, -3.25}) part.value.add(x);
  part.customers = 3;
  all -= part;
  EXPECT_EQ(all.customers, 1);
  EXPECT_EQ(all.value.value(), 0.1);
  all += part;
  EXPECT_EQ(all.value.value(), 1e16 + 0.1 - 3.25);
}

}  // namespace
}  // namespace tessera::refinement
