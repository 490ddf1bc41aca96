#include "parallel/exact_reduce.hpp"

#include <gtest/gtest.h>
#include <omp.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "core/special_numbers.hpp"
#include "ranks_test.hpp"
#include "spread_column.hpp"

namespace tessera::parallel {
namespace {

using test::kSpreads;
using test::part_of;
using test::Spread;
using test::WholeColumn;
using test::world;

std::uint64_t bits_of(double x) {
  return std::bit_cast<std::uint64_t>(x);
}

TEST(AllSum, CancelsAcrossRanks) {
  const int last = world().size() - 1;
  ExactSum sum;
  if (world().is_root()) sum.add(1e308);
  if (world().rank() == last) sum.add(-1e308);
  if (world().rank() == last / 2) sum.add(1e-308);
  EXPECT_EQ(all_sum(world(), sum), 1e-308);
}

TEST(AllSum, OfInfinitiesIsTheirs) {
  ExactSum sum;
  if (world().is_root()) sum.add(kInfinity);
  EXPECT_EQ(all_sum(world(), sum), kInfinity);
  if (world().rank() == world().size() - 1) sum.add(-kInfinity);
  EXPECT_TRUE(std::isnan(all_sum(world(), sum)));
}

TEST(AllSum, TakesMoreSumsThanFitOneReduction) {
  std::vector<ExactSum> sums(10000);
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i].add(static_cast<double>(i) * 0x1p-30 - 1.0);
  all_sum(world(), std::span(sums));
  for (std::size_t i = 0; i < sums.size(); ++i) {
    ASSERT_EQ(sums[i].value(), (static_cast<double>(i) * 0x1p-30 - 1.0) * world().size());
  }
  all_sum(world(), std::span<ExactSum>());
}

/// The moments of one group, one value after the other. Values are integers times 2^-20 below 2^80, so __int128 sums
/// exactly.
Moments reference(const WholeColumn& column, std::int32_t group) {
  Moments moments;
  __int128 sum = 0;
  ExactSum squares;
  const auto each_value = [&](auto act) {
    for (std::size_t i = 0; i < column.values.size(); ++i) {
      const std::int32_t own = column.groups.empty() ? 0 : column.groups[i];
      if (own == group && !std::isnan(column.values[i])) act(column.values[i]);
    }
  };
  each_value([&](double value) {
    ++moments.count;
    sum += static_cast<__int128>(value * 0x1p20);
  });
  moments.sum = static_cast<double>(sum) * 0x1p-20;
  moments.mean = moments.sum / static_cast<double>(moments.count);
  long double plain = 0;
  each_value([&](double value) {
    const double deviation = value - moments.mean;
    squares.add(deviation * deviation);
    plain += static_cast<long double>(deviation) * deviation;
  });
  moments.sd = std::sqrt(squares.value() / static_cast<double>(moments.count));
  if (moments.count > 0) {
    const auto plain_sd = static_cast<double>(std::sqrt(plain / static_cast<long double>(moments.count)));
    EXPECT_NEAR(moments.sd, plain_sd, 1e-12 * plain_sd);
  }
  return moments;
}

void expect_reference(const WholeColumn& whole, int n_groups) {
  for (const Spread spread : kSpreads) {
    const WholeColumn part = part_of(whole, world(), spread);
    const std::vector<Moments> got = grouped_moments(world(), part.values, part.groups, n_groups);
    ASSERT_EQ(got.size(), static_cast<std::size_t>(n_groups));
    for (int g = 0; g < n_groups; ++g) {
      const Moments want = reference(whole, g);
      const Moments& have = got[static_cast<std::size_t>(g)];
      EXPECT_EQ(have.count, want.count);
      EXPECT_EQ(bits_of(have.sum), bits_of(want.sum)) << have.sum << " instead of " << want.sum;
      if (want.count == 0) {
        EXPECT_TRUE(std::isnan(have.mean) && std::isnan(have.sd));
        continue;
      }
      EXPECT_EQ(bits_of(have.mean), bits_of(want.mean));
      EXPECT_EQ(bits_of(have.sd), bits_of(want.sd)) << have.sd << " instead of " << want.sd;
    }
  }
}

WholeColumn random_column(std::size_t n, int n_groups) {
  std::mt19937_64 bits(n);
  WholeColumn column;
  for (std::size_t i = 0; i < n; ++i) {
    double value =
        std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits()) >> 20), static_cast<int>(bits() % 30) - 20);
    if (bits() % 10 == 0) value = kNaN;
    if (bits() % 50 == 0) value = 1e18;
    column.values.push_back(value);
    column.groups.push_back(static_cast<std::int32_t>(bits() % static_cast<std::uint64_t>(n_groups + 1)) - 1);
  }
  return column;
}

TEST(GroupedMoments, AreTheSerialOnesBitForBit) {
  expect_reference(random_column(5000, 7), 7);
  expect_reference(random_column(300, 40), 40);
  WholeColumn one_group = random_column(2000, 1);
  one_group.groups.clear();
  expect_reference(one_group, 1);
}

TEST(GroupedMoments, ThreadsDoNotChangeThem) {
  WholeColumn column = random_column(120000, 1);
  column.groups.clear();
  omp_set_num_threads(3);
  expect_reference(column, 1);
  omp_set_num_threads(test::threads());
}

TEST(GroupedMoments, OfFewAccounts) {
  expect_reference({}, 3);
  expect_reference({{2.5}, {1}}, 3);
  expect_reference({{kNaN, kNaN}, {0, 1}}, 2);
  expect_reference({{-4.0, -4.0, -4.0}, {}}, 1);
  EXPECT_TRUE(grouped_moments(world(), {}, {}, 0).empty());
}

TEST(GroupedMoments, TakeMoreGroupsThanFitOneBatch) {
  WholeColumn column;
  for (std::int32_t i = 0; i < 9000; ++i) {
    column.values.push_back(i * 0.5);
    column.groups.push_back(8999 - i);
  }
  const WholeColumn part = part_of(column, world(), Spread::kInTurn);
  const std::vector<Moments> got = grouped_moments(world(), part.values, part.groups, 9000);
  for (std::size_t g = 0; g < got.size(); ++g) {
    ASSERT_EQ(got[g].count, 1);
    ASSERT_EQ(got[g].mean, (8999.0 - static_cast<double>(g)) * 0.5);
    ASSERT_EQ(got[g].sd, 0.0);
  }
}

TEST(GroupedMoments, InfinityStaysInItsGroup) {
  const WholeColumn whole{{kInfinity, 1.0, 3.0}, {0, 1, 1}};
  const WholeColumn part = part_of(whole, world(), Spread::kInTurn);
  const std::vector<Moments> got = grouped_moments(world(), part.values, part.groups, 2);
  EXPECT_EQ(got[0].mean, kInfinity);
  EXPECT_TRUE(std::isnan(got[0].sd));
  EXPECT_EQ(got[1].mean, 2.0);
  EXPECT_EQ(got[1].sd, 1.0);
}

}  // namespace
}  // namespace tessera::parallel
