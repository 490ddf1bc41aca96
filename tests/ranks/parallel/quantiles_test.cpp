#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "core/special_numbers.hpp"
#include "parallel/exact_reduce.hpp"
#include "ranks_test.hpp"
#include "spread_column.hpp"

namespace tessera::parallel {
namespace {

using test::kSpreads;
using test::part_of;
using test::Spread;
using test::WholeColumn;
using test::world;

/// Type 7 by sorting.
double reference(std::vector<double> sorted, double p) {
  if (sorted.empty()) return kNaN;
  const double position = static_cast<double>(sorted.size() - 1) * p;
  const auto below = static_cast<std::size_t>(position);
  const double fraction = position - static_cast<double>(below);
  const double lower = sorted[below] + 0.0;
  if (fraction == 0.0 || lower == sorted[below + 1]) return lower;
  return lower + fraction * (sorted[below + 1] - lower);
}

void expect_reference(const WholeColumn& whole, int n_groups, const std::vector<double>& probabilities) {
  std::vector<std::vector<double>> sorted(static_cast<std::size_t>(n_groups));
  for (std::size_t i = 0; i < whole.values.size(); ++i) {
    const std::int32_t group = whole.groups.empty() ? 0 : whole.groups[i];
    if (group >= 0 && !std::isnan(whole.values[i])) sorted[static_cast<std::size_t>(group)].push_back(whole.values[i]);
  }
  for (auto& values : sorted) std::sort(values.begin(), values.end());
  for (const Spread spread : kSpreads) {
    const WholeColumn part = part_of(whole, world(), spread);
    const std::vector<double> got = grouped_quantiles(world(), part.values, part.groups, n_groups, probabilities);
    ASSERT_EQ(got.size(), sorted.size() * probabilities.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double want = reference(sorted[i / probabilities.size()], probabilities[i % probabilities.size()]);
      if (std::isnan(want)) {
        ASSERT_TRUE(std::isnan(got[i]));
      } else {
        ASSERT_EQ(std::bit_cast<std::uint64_t>(got[i]), std::bit_cast<std::uint64_t>(want))
            << got[i] << " instead of " << want << " in group " << i / probabilities.size();
      }
    }
  }
}

/// Values of all sizes and signs, many of them twice, some missing, some without a group.
WholeColumn random_column(std::size_t n, int n_groups) {
  std::mt19937_64 bits(n + static_cast<std::size_t>(n_groups));
  WholeColumn column;
  for (std::size_t i = 0; i < n; ++i) {
    double value =
        std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits())), static_cast<int>(bits() % 100) - 90);
    if (bits() % 3 == 0) value = static_cast<double>(bits() % 5);
    if (bits() % 10 == 0) value = kNaN;
    if (bits() % 20 == 0) value = bits() % 2 == 0 ? 0.0 : -0.0;
    if (bits() % 50 == 0) value = bits() % 2 == 0 ? 1e18 : -1e18;
    column.values.push_back(value);
    column.groups.push_back(static_cast<std::int32_t>(bits() % static_cast<std::uint64_t>(n_groups + 1)) - 1);
  }
  return column;
}

TEST(GroupedQuantiles, AreThoseOfTheSortedValues) {
  const std::vector<double> many{0.5, 0.0, 1.0, 0.25, 0.75, 0.5, 0.1, 0.9, 0.01, 0.99, 1.0 / 3};
  expect_reference(random_column(4000, 5), 5, many);
  expect_reference(random_column(300, 100), 100, many);
  WholeColumn one_group = random_column(1001, 1);
  one_group.groups.clear();
  expect_reference(one_group, 1, {0.5});
  expect_reference(one_group, 1, many);
}

TEST(GroupedQuantiles, OfManyAccountsAreCountedNotSorted) {
  expect_reference(random_column(150000, 3), 3, {0.5, 0.001, 0.25});
  // More equal values than would be sorted: every digit has to be counted.
  WholeColumn ties{std::vector<double>(80000, 0.1), {}};
  ties.values.resize(80010, 0.3);
  expect_reference(ties, 1, {0.0, 0.5, 1.0});
}

TEST(GroupedQuantiles, TakeMoreGroupsThanFitOneBatch) {
  expect_reference(random_column(6000, 1500), 1500, {0.1, 0.5, 0.9});
}

TEST(GroupedQuantiles, OfFewAccounts) {
  expect_reference({}, 2, {0.5});
  expect_reference({{7.5}, {}}, 1, {0.0, 0.3, 0.5, 1.0});
  expect_reference({{1.0, 2.0}, {}}, 1, {0.0, 0.3, 0.5, 1.0});
  expect_reference({{kNaN, kNaN}, {0, 0}}, 1, {0.5});
  expect_reference({std::vector<double>(50, -3.25), {}}, 1, {0.0, 0.37, 0.5, 1.0});
  EXPECT_TRUE(grouped_quantiles(world(), {}, {}, 0, std::vector<double>{0.5}).empty());
  EXPECT_TRUE(grouped_quantiles(world(), std::vector<double>{1.0}, {}, 1, {}).empty());
}

TEST(GroupedQuantiles, OfExtremes) {
  expect_reference({{1e308, 5e-324, -5e-324, 0x1p-1022, -1e-310, 3e-310}, {}}, 1, {0.0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0});
  expect_reference({{-0.0, 0.0, -0.0}, {}}, 1, {0.0, 0.5, 1.0});
  const auto median = [](std::vector<double> values) {
    if (!world().is_root()) values.clear();
    return grouped_quantiles(world(), values, {}, 1, std::vector<double>{0.5})[0];
  };
  EXPECT_EQ(median({-1.7e308, 1.7e308}), 0.0) << "their distance is beyond double";
  EXPECT_EQ(median({-kInfinity, 1.0, 2.0}), 1.0);
  EXPECT_EQ(median({1.0, kInfinity}), kInfinity);
  EXPECT_EQ(median({-kInfinity, 1.0}), -kInfinity);
  EXPECT_EQ(median({kInfinity, kInfinity}), kInfinity);
}

}  // namespace
}  // namespace tessera::parallel
