#include "trial/explained_variance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "core/special_numbers.hpp"

namespace tessera::trial {
namespace {

TEST(ExplainedVariance, IsThatOfScipy) {
  const std::vector<double> values{3.0, 4.5, 1.0, 2.5, 7.0, 8.0, 6.5, 2.0, 9.0, kNaN, 100.0};
  const std::vector<std::int32_t> groups{0, 0, 0, 0, 2, 2, 2, 3, 3, 3, -1};
  const ExplainedVariance found = explained_variance(Level::kCore, values, groups, 5);
  EXPECT_EQ(found.segments, 3);
  // scipy 1.10.1: f_oneway, and the sums of squares by numpy.
  EXPECT_NEAR(found.explained, 0.5200501253132833, 1e-12);
  EXPECT_NEAR(found.beyond_chance, 0.3600668337510445, 1e-12);
  EXPECT_NEAR(found.p, 0.11055735700140036, 1e-9);
}

TEST(ExplainedVariance, OfNothingIsNotKnown) {
  EXPECT_TRUE(std::isnan(explained_variance(Level::kCore, {}, {}, 2).explained));
  const std::vector<double> equal{5.0, 5.0, 5.0};
  const std::vector<std::int32_t> groups{0, 1, 1};
  EXPECT_TRUE(std::isnan(explained_variance(Level::kCore, equal, groups, 2).explained));
  const std::vector<double> values{1.0, 2.0, 3.0};
  const std::vector<std::int32_t> one_group{0, 0, 0}, each_alone{0, 1, 2};
  EXPECT_EQ(explained_variance(Level::kCore, values, one_group, 1).explained, 0.0);
  EXPECT_TRUE(std::isnan(explained_variance(Level::kCore, values, one_group, 1).p));
  EXPECT_EQ(explained_variance(Level::kCore, values, each_alone, 3).explained, 1.0);
  EXPECT_TRUE(std::isnan(explained_variance(Level::kCore, values, each_alone, 3).beyond_chance));
}

TEST(ExplainedVariance, OfChanceIsNothingBeyondChance) {
  std::vector<double> values;
  std::vector<std::int32_t> groups;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    values.push_back(normal(random_bits(1, RandomPurpose::kSample, {0, i}, 0)));
    groups.push_back(static_cast<std::int32_t>(i % 100));
  }
  const ExplainedVariance found = explained_variance(Level::kMicro, values, groups, 100);
  EXPECT_NEAR(found.explained, 99.0 / 1999.0, 0.02);
  EXPECT_LT(found.beyond_chance, 0.02);
  EXPECT_GT(found.p, 0.01);
}

}  // namespace
}  // namespace tessera::trial
