#include "refine/normality.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "normality_figures.hpp"

namespace tessera::refinement {
namespace {

/// Knuth's MMIX generator: the upper 53 bits.
class Uniforms {
 public:
  explicit Uniforms(std::uint64_t seed) : state_(seed) {}
  double next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 11U) / 9007199254740992.0;
  }

 private:
  std::uint64_t state_;
};

std::vector<double> sample(int shape, std::size_t n) {
  Uniforms draws(static_cast<std::uint64_t>(shape) * 1000 + n);
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double first = draws.next();
    double sum = first;
    for (int draw = 1; draw < 12; ++draw) sum += draws.next();
    sum -= 6.0;
    const double by_shape[] = {sum, first, first * first * first, sum + (i % 3 == 0 ? 4.0 : 0.0),
                               sum * (i % 50 == 0 ? 3.0 : 1.0)};
    values[i] = by_shape[shape];
  }
  return values;
}

std::vector<std::int64_t> counts_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0.0;
  for (const double x : values) squares += (x - mean) * (x - mean);
  const double sd = std::sqrt(squares / (n - 1.0));
  std::vector<std::int64_t> counts(kNormalityBins);
  for (const double x : values) ++counts[normality_bin((x - mean) / sd)];
  return counts;
}

TEST(AndersonDarling, AgreesWithScipy) {
  for (const NormalityFigure& figure : kNormalityFigures) {
    const double statistic = anderson_darling(counts_of(sample(figure.shape, figure.n)));
    EXPECT_NEAR(statistic, figure.statistic, 0.02 + 0.002 * figure.statistic)
        << "shape " << figure.shape << ", n " << figure.n;
  }
}

TEST(AndersonDarling, SplitsAtTheLevelOfThePaperAndNotBelow) {
  const auto of = [](int shape) { return anderson_darling(counts_of(sample(shape, 20'000))); };
  EXPECT_LT(of(0), kCriticalNormality);
  EXPECT_GT(of(1), kCriticalNormality);
  EXPECT_GT(of(3), kCriticalNormality);
}

TEST(AndersonDarling, IsFiniteWhereverTheAccountsLie) {
  EXPECT_EQ(anderson_darling(std::vector<std::int64_t>(kNormalityBins)), 0.0);
  for (const std::size_t bin : {std::size_t{0}, std::size_t{1}, kNormalityBins / 2, kNormalityBins - 1}) {
    std::vector<std::int64_t> counts(kNormalityBins);
    counts[bin] = 1'000'000'000;
    const double statistic = anderson_darling(counts);
    EXPECT_TRUE(std::isfinite(statistic)) << bin;
    EXPECT_GT(statistic, kCriticalNormality) << bin;
  }
}

TEST(AndersonDarling, ReadsTheSampleFromBothEndsAlike) {
  std::vector<std::int64_t> counts = counts_of(sample(2, 5000));
  const double statistic = anderson_darling(counts);
  std::ranges::reverse(counts);
  EXPECT_NEAR(anderson_darling(counts), statistic, 1e-9 * statistic);
}

TEST(NormalityBin, HoldsWhatLiesBeyond) {
  EXPECT_EQ(normality_bin(-1e9), 0U);
  EXPECT_EQ(normality_bin(0.0), kNormalityBins / 2);
  EXPECT_EQ(normality_bin(1e9), kNormalityBins - 1);
}

}  // namespace
}  // namespace tessera::refinement
