#include <gtest/gtest.h>

#include <cmath>

#include "lloyd/assigner.hpp"
#include "moving_centroids.hpp"

namespace tessera::lloyd {
namespace {

using namespace test;

TEST(Bounds, NeverChangeAnAssignment) {
  std::mt19937_64 engine(20260101);
  std::int64_t tested = 0, skipped = 0, moved = 0;
  for (int number = 0; number < 3000; ++number) {
    SCOPED_TRACE(number);
    const FeatureTiles tiles = some_tiles(engine);
    const Population population = population_of(tiles);
    const int k = 1 + static_cast<int>(below(engine, 30));
    std::vector<double> centroids = some_centroids(engine, tiles, k);
    const int threads = 1 + static_cast<int>(below(engine, 2));
    ClusterSums sums(k, population, threads);
    Assigner assigner(population, threads);
    std::vector<std::int32_t> before;
    for (int pass = 0; pass < 8; ++pass) {
      if (pass == 1) assigner.adapt({1, 0}, k);
      assigner.assign(centroids, sums);
      const std::vector<std::int32_t> expected = brute(population, k, centroids);
      const std::vector<std::int32_t> found(assigner.assignment().begin(), assigner.assignment().end());
      ASSERT_EQ(found, expected) << "pass " << pass;
      tested += assigner.tally().tested;
      skipped += assigner.tally().tested - assigner.tally().spent;
      for (std::size_t i = 0; i < before.size(); ++i) moved += before[i] != found[i] ? 1 : 0;
      before = found;
      move_centroids(engine, tiles, found, k, centroids);
    }
  }
  EXPECT_GT(skipped, tested / 5);  // else nothing was shown
  EXPECT_GT(moved, tested / 100);
}

/// Squared distances that float can only hold as denormals, whose rounding is far above 2^-24 of themselves.
TEST(Bounds, HoldWhereFloatUnderflows) {
  const FeatureTiles tiles(64, 1);
  const Population population{tiles, {}, 64, {0}, 0};
  const double unit = std::ldexp(1.0, -149);
  std::vector<double> centroids{std::sqrt(2 * 300.49 * unit), -std::sqrt(2 * 300.51 * unit)};
  ClusterSums sums(2, population, 1);
  Assigner assigner(population, 1);
  assigner.assign(centroids, sums);
  assigner.adapt({1, 0}, 2);
  assigner.assign(centroids, sums);
  ASSERT_EQ(assigner.assignment()[0], 0);
  centroids[1] *= 1.0 - std::ldexp(1.0, -12);
  assigner.assign(centroids, sums);
  EXPECT_EQ(assigner.assignment()[0], 1);
}

TEST(Bounds, AreSwitchedByCountsAlone) {
  const FeatureTiles tiles = test::random_tiles(1000, 3, 1);
  const Population population = population_of(tiles);
  Assigner assigner(population, 1);
  EXPECT_FALSE(assigner.bounded());
  assigner.adapt({0, 0}, 64);
  EXPECT_FALSE(assigner.bounded());
  assigner.adapt({1000, 900}, 64);
  EXPECT_FALSE(assigner.bounded());
  assigner.adapt({1000, 100}, 64);
  EXPECT_TRUE(assigner.bounded());
  assigner.adapt({1000, 950}, 64);
  EXPECT_FALSE(assigner.bounded());
}

TEST(Bounds, SkipEveryAccountWhereNothingMoves) {
  const FeatureTiles tiles = test::random_tiles(1000, 3, 1);
  const Population population = population_of(tiles);
  const std::vector<double> centroids = test::random_centroids(5, 3, 2);
  ClusterSums sums(5, population, 1);
  Assigner assigner(population, 1);
  assigner.adapt({1, 0}, 5);
  assigner.assign(centroids, sums);
  assigner.assign(centroids, sums);
  EXPECT_EQ(assigner.tally().tested, 1000);
  EXPECT_LE(assigner.tally().spent, 1);  // but for one next to a boundary
  assigner.let_change([](std::span<std::int32_t>) {});
  assigner.assign(centroids, sums);
  EXPECT_EQ(assigner.tally().tested, 0);
}

}  // namespace
}  // namespace tessera::lloyd
