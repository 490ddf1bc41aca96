#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lloyd/kernel.hpp"
#include "random_tiles.hpp"

namespace tessera::lloyd {
namespace {

struct Case {
  FeatureTiles tiles;
  std::vector<double> centroids;
  std::vector<std::int32_t> origin;
  int k = 0;
};

std::int32_t nearest_in_double(const Case& c, std::size_t i) {
  std::int32_t nearest = -1;
  double least = 0.0;
  for (int j = 0; j < c.k; ++j) {
    double distance = 0.0;
    for (int f = 0; f < c.tiles.d(); ++f) {
      const double difference = c.tiles.at(i, f) - c.centroids[static_cast<std::size_t>(j * c.tiles.d() + f)];
      distance += difference * difference;
    }
    if (nearest >= 0 && !(distance < least)) continue;
    nearest = j;
    least = distance;
  }
  return nearest;
}

/// Accounts of any spread and at any place of the grid; centroids among them, equal to accounts or to one another, half
/// a rounding apart, or drawn towards one place where all of them are near ties.
Case random_case(std::mt19937_64& engine) {
  const auto below = [&](std::uint64_t bound) { return static_cast<std::int32_t>(engine() % bound); };
  constexpr std::int32_t kSpreads[] = {0, 1, 30, 1'000, 30'000, 1'000'000, kGridLimit / 2};
  const int d = 8 + below(60), k = 24 + below(80);
  const std::int32_t spread = kSpreads[below(std::size(kSpreads))], room = kGridLimit - spread;
  const std::int32_t centre = below(3) == 0 ? below(static_cast<std::uint64_t>(room)) - room / 2 : 0;
  Case c{test::random_tiles(FeatureTiles::kTileAccounts + 30, d, engine(), centre, spread), {}, {}, k};
  c.centroids = test::random_centroids(k, d, engine(), centre, spread);
  c.origin.assign(static_cast<std::size_t>(d), below(4) == 0 ? 0 : centre + below(1 + spread / 8));
  const double towards = below(3) == 0 ? std::ldexp(1.0, -below(60)) : 1.0;
  for (double& value : c.centroids) value = from_grid(centre) + (value - from_grid(centre)) * towards;
  for (int j = 1; j < k; ++j) {
    const int kind = below(8), other = below(static_cast<std::uint64_t>(j)), step = below(50);
    for (int f = 0; f < d; ++f) {
      double& value = c.centroids[static_cast<std::size_t>(j * d + f)];
      const double of_other = c.centroids[static_cast<std::size_t>(other * d + f)];
      if (kind == 0) value = of_other;
      if (kind == 1) value = of_other * (1.0 + std::ldexp(f % 2 == 0 ? 1.0 : -1.0, -2 - step));
      if (kind == 2) value = c.tiles.at(static_cast<std::size_t>(step), f);
    }
  }
  return c;
}

TEST(KernelInBf16, GivesTheAnswerOfThePlainLoop) {
  use_simd_target(simd_targets().front());
  std::mt19937_64 engine(2024);
  std::int64_t accounts = 0, left = 0;
  for (int round = 0; round < 1'500; ++round) {
    const Case c = random_case(engine);
    const CentroidPanel panel(c.k, c.tiles.d(), c.centroids, c.origin);
    if (!has_first_pass(panel)) GTEST_SKIP() << "this CPU has no AVX-512 BF16";
    for (std::size_t t = 0; t < c.tiles.n_tiles(); ++t) {
      std::int32_t by_bf16[FeatureTiles::kTileAccounts], by_float[FeatureTiles::kTileAccounts],
          chosen[FeatureTiles::kTileAccounts];
      left += nearest_by_bf16(panel, c.tiles.tile(t), by_bf16).accounts;
      nearest_by_float(panel, c.tiles.tile(t), by_float);
      nearest(panel, c.tiles.tile(t), chosen);
      for (std::size_t lane = 0; lane < c.tiles.accounts_in(t); ++lane) {
        const std::int32_t expected = nearest_in_double(c, t * FeatureTiles::kTileAccounts + lane);
        ASSERT_EQ(by_bf16[lane], expected) << "round " << round << " d=" << c.tiles.d() << " k=" << c.k;
        ASSERT_EQ(by_float[lane], expected) << "round " << round << " d=" << c.tiles.d() << " k=" << c.k;
        ASSERT_EQ(chosen[lane], expected);
      }
      accounts += FeatureTiles::kTileAccounts;
    }
  }
  EXPECT_GT(left, accounts / 10);  // both ways of deciding were seen
  EXPECT_LT(left, accounts * 9 / 10);
}

/// Relative to the origin one centroid is far the nearer, but so close to the other that Σ(x − c)² rounds to a tie.
TEST(KernelInBf16, KeepsTheTiesOfThePlainLoop) {
  constexpr int kD = 8, kK = 30;
  FeatureTiles tiles(FeatureTiles::kTileAccounts, kD);
  for (std::size_t i = 0; i < FeatureTiles::kTileAccounts; ++i) tiles.set(i, 0, 7.0F);
  std::vector<double> centroids(kK * kD, -0x1p-49);
  for (std::size_t f = 0; f < kD; ++f) centroids[4 * kD + f] = centroids[9 * kD + f] = 0.0;
  centroids[4 * kD] = -0x1p-52;
  centroids[9 * kD] = 0x1p-52;
  const CentroidPanel panel(kK, kD, centroids, std::vector<std::int32_t>(kD));
  std::int32_t index[FeatureTiles::kTileAccounts];
  if (!has_first_pass(panel)) GTEST_SKIP() << "this CPU has no AVX-512 BF16";
  nearest_by_bf16(panel, tiles.tile(0), index);
  for (const std::int32_t found : index) ASSERT_EQ(found, 4);
}

TEST(KernelInBf16, IsUsedOnlyWhereTheTargetHasIt) {
  const CentroidPanel panel(40, 16, test::random_centroids(40, 16, 1), std::vector<std::int32_t>(16));
  for (const std::string& target : simd_targets()) {
    use_simd_target(target);
    EXPECT_TRUE(target.starts_with("AVX3") || !has_first_pass(panel)) << target;
  }
  use_simd_target(simd_targets().front());
  EXPECT_FALSE(has_first_pass({2, 16, test::random_centroids(2, 16, 1), std::vector<std::int32_t>(16)}));
}

/// One tile in 25 tries it, where all accounts are left over; none is without it, where none is.
TEST(Bf16Experience, RestsWhereThePassLeavesMuch) {
  Bf16Experience experience;
  int taken = 0;
  for (int tile = 0; tile < 4'000; ++tile) {
    if (!experience.take(64, 32)) continue;
    ++taken;
    experience.learn({64, 64 * 8});
  }
  EXPECT_EQ(taken, 160);
  for (int tile = 0; tile < 400; ++tile) {
    ASSERT_TRUE(experience.take(65, 32));  // another shape: a new trial
    experience.learn({1, 2});
  }
}

}  // namespace
}  // namespace tessera::lloyd
