#include <gtest/gtest.h>

#include "lloyd/assigner.hpp"
#include "moving_centroids.hpp"

namespace tessera::lloyd {
namespace {

using namespace test;

/// Many centroids in few dimensions, so that neighbourhoods pay; other hands change clusters now and then.
TEST(Neighbourhoods, NeverChangeAnAssignment) {
  std::mt19937_64 engine(20260202);
  int passes = 0, settled = 0;
  std::int64_t moved = 0;
  for (int number = 0; number < 100; ++number) {
    SCOPED_TRACE(number);
    const FeatureTiles tiles = some_tiles(engine);
    const Population population = population_of(tiles);
    const int k = 128 + static_cast<int>(below(engine, 200));
    std::vector<double> centroids = some_centroids(engine, tiles, k);
    const int threads = 1 + static_cast<int>(below(engine, 2));
    ClusterSums sums(k, population, threads);
    Assigner assigner(population, threads);
    std::vector<std::int32_t> before;
    for (int pass = 0; pass < 8; ++pass) {
      assigner.assign(centroids, sums);
      const std::vector<std::int32_t> found(assigner.assignment().begin(), assigner.assignment().end());
      ASSERT_EQ(found, brute(population, k, centroids)) << "pass " << pass;
      ++passes;
      settled += assigner.goes_by_neighbourhoods() ? 1 : 0;
      for (std::size_t i = 0; i < before.size(); ++i) moved += before[i] != found[i] ? 1 : 0;
      before = found;
      if (below(engine, 6) == 0) {
        assigner.let_change([&](std::span<std::int32_t> assignment) {
          std::int32_t& cluster = assignment[below(engine, assignment.size())];
          sums.move(0, tiles.tile(0), 0, 1, cluster, 0);  // the sums are not looked at here, but they count
          cluster = 0;
        });
      }
      move_centroids(engine, tiles, found, k, centroids);
    }
  }
  EXPECT_GT(settled, passes / 4);  // else nothing was shown
  EXPECT_GT(moved, passes);
}

/// Enough accounts for a sample to decide and for a lump to be cut in pieces; the centroids go so far astray that the
/// accounts are sorted again.
TEST(Neighbourhoods, AreDrawnAnewWhereCentroidsLeftThem) {
  constexpr int kK = 140, kD = 3;
  std::mt19937_64 engine(9);
  FeatureTiles tiles = random_tiles(20'000, kD, 13);
  for (std::size_t i = 0; i < 12'000; ++i)
    for (int f = 0; f < kD; ++f) tiles.set(i, f, from_grid(grid_units(tiles.at(i, f)) / 64));
  const Population population = population_of(tiles);
  std::vector<double> centroids = some_centroids(engine, tiles, kK);
  ClusterSums sums(kK, population, 2);
  Assigner assigner(population, 2);
  for (int pass = 0; pass < 30; ++pass) {
    assigner.assign(centroids, sums);
    const std::vector<std::int32_t> found(assigner.assignment().begin(), assigner.assignment().end());
    ASSERT_EQ(found, brute(population, kK, centroids)) << "pass " << pass;
    if (pass % 6 == 5) centroids = some_centroids(engine, tiles, kK);
  }
  EXPECT_TRUE(assigner.goes_by_neighbourhoods());
  EXPECT_GE(assigner.times_settled(), 2);
}

/// 60 dimensions of noise: every centroid is about as far as any other, and nothing is copied.
TEST(Neighbourhoods, AreLeftAloneWhereTheyDoNotPay) {
  std::mt19937_64 engine(8);
  const FeatureTiles tiles = random_tiles(2'000, 60, 12);
  const Population population = population_of(tiles);
  std::vector<double> centroids = some_centroids(engine, tiles, 130);
  ClusterSums sums(130, population, 1);
  Assigner assigner(population, 1);
  for (int pass = 0; pass < 5; ++pass) {
    assigner.assign(centroids, sums);
    EXPECT_FALSE(assigner.goes_by_neighbourhoods());
  }
}

}  // namespace
}  // namespace tessera::lloyd
