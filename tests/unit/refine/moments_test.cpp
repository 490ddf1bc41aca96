#include "refine/moments.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/grid.hpp"
#include "grown_tree.hpp"

namespace tessera::refinement {
namespace {

TEST(Moments, ScatterOfTheLargestCoordinatesIsExact) {
  // A billion accounts at the grid's edge, half of them a single step inside: in double, Σx² − (Σx)²/n would be all
  // noise.
  Moments moments(1);
  const std::int64_t half = 500'000'000;
  const Wide edge = kGridLimit;
  moments.n = 2 * half;
  moments.sum[0] = half * kGridLimit + half * (kGridLimit - 1);
  moments.squares[0] = half * (edge * edge) + half * ((edge - 1) * (edge - 1));
  EXPECT_DOUBLE_EQ(moments.scatter(0), 0.25 * 1e9);
}

TEST(Moments, NoAccountsScatterNothing) {
  EXPECT_EQ(Moments(3).scatter(), 0.0);
}

TEST(Moments, AddingAndTakingAwayUndoEachOther) {
  const Moments a = test::moments_of({{3, -4}, {5, 6}});
  Moments b = a;
  b += test::moments_of({{100, 200}});
  EXPECT_EQ(b.n, 3);
  b -= a;
  EXPECT_EQ(b.n, 1);
  EXPECT_EQ(b.sum[1], 200);
  EXPECT_TRUE(b.squares[0] == 10'000);
}

/// The criterion as it reads in the paper: log-likelihoods of both models, less half the parameters times log n.
double reference_bic_gain(const std::vector<std::vector<double>>& left, const std::vector<std::vector<double>>& right) {
  const std::size_t d = left.front().size();
  const auto mean_and_scatter = [&](const std::vector<std::vector<double>>& set) {
    double scatter = 0.0;
    for (std::size_t f = 0; f < d; ++f) {
      double mean = 0.0;
      for (const auto& x : set) mean += x[f] / static_cast<double>(set.size());
      for (const auto& x : set) scatter += (x[f] - mean) * (x[f] - mean);
    }
    return scatter;
  };
  std::vector<std::vector<double>> whole = left;
  whole.insert(whole.end(), right.begin(), right.end());
  const auto n = static_cast<double>(whole.size());
  const auto nd = n * static_cast<double>(d);
  const auto log_likelihood = [&](double scatter) {
    return -0.5 * nd * std::log(2.0 * M_PI * scatter / nd) - 0.5 * nd;
  };
  const auto n_left = static_cast<double>(left.size());
  const auto n_right = static_cast<double>(right.size());
  const double one = log_likelihood(mean_and_scatter(whole)) - 0.5 * (static_cast<double>(d) + 1.0) * std::log(n);
  const double two = log_likelihood(mean_and_scatter(left) + mean_and_scatter(right)) + n_left * std::log(n_left / n) +
                     n_right * std::log(n_right / n) - 0.5 * (2.0 * static_cast<double>(d) + 2.0) * std::log(n);
  return two - one;
}

TEST(BicGain, EqualsTheModelsWrittenOut) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    const std::size_t d = 1 + random() % 4;
    std::vector<std::vector<std::int64_t>> units[2];
    std::vector<std::vector<double>> values[2];
    for (int half = 0; half < 2; ++half) {
      const std::int64_t centre = half * static_cast<std::int64_t>(random() % 4'000'000);
      for (std::size_t i = 0; i < 2 + random() % 40; ++i) {
        std::vector<std::int64_t> x;
        for (std::size_t f = 0; f < d; ++f)
          x.push_back(centre + static_cast<std::int64_t>(random() % 2'000'000) - 1'000'000);
        units[half].push_back(x);
        values[half].emplace_back(x.begin(), x.end());
      }
    }
    const double expected = reference_bic_gain(values[0], values[1]);
    const double gain = bic_gain(test::moments_of(units[0]), test::moments_of(units[1]));
    EXPECT_NEAR(gain, expected, 1e-9 * (1.0 + std::abs(expected)));
  }
}

TEST(BicGain, SplitsTwoBlobsAndKeepsOneTogether) {
  EXPECT_GT(bic_gain(test::spread(100, -4000, 1000), test::spread(100, 4000, 1000)), 0.0);
  EXPECT_LT(bic_gain(test::spread(100, -100, 1000), test::spread(100, 100, 1000)), 0.0);
}

TEST(BicGain, PointMassesAreFinite) {
  const Moments a = test::moments_of({{5, 5}, {5, 5}});
  const Moments b = test::moments_of({{9, 5}, {9, 5}, {9, 5}});
  EXPECT_TRUE(std::isfinite(bic_gain(a, b)));
  EXPECT_LT(bic_gain(a, a), 0.0);
}

}  // namespace
}  // namespace tessera::refinement
