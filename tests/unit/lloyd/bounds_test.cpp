#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lloyd/assigner.hpp"
#include "random_tiles.hpp"

namespace tessera::lloyd {
namespace {

constexpr std::size_t kTile = FeatureTiles::kTileAccounts;

std::uint64_t below(std::mt19937_64& engine, std::uint64_t bound) {
  return engine() % bound;
}

/// What the kernel finds for every account, without bounds.
std::vector<std::int32_t> brute(const Population& population, int k, const std::vector<double>& centroids) {
  const FeatureTiles& tiles = population.tiles;
  const CentroidPanel panel(k, tiles.d(), centroids, population.origin);
  std::vector<std::int32_t> found;
  for (std::size_t t = 0; t < tiles.n_tiles(); ++t) {
    std::int32_t index[kTile];
    nearest(panel, tiles.tile(t), index);
    found.insert(found.end(), index, index + tiles.accounts_in(t));
  }
  return found;
}

/// How the centroids go on: to the means of their accounts, or astray by a step of any size.
void move_centroids(std::mt19937_64& engine, const FeatureTiles& tiles, const std::vector<std::int32_t>& assignment,
                    int k, std::vector<double>& centroids) {
  const auto d = static_cast<std::size_t>(tiles.d());
  const std::uint64_t way = below(engine, 4);
  for (std::size_t j = 0; j < static_cast<std::size_t>(k); ++j) {
    const double step = std::ldexp(1.0, -static_cast<int>(below(engine, 26)));
    for (std::size_t f = 0; f < d; ++f) {
      double& value = centroids[j * d + f];
      if (way == 0) {
        value += step * (static_cast<double>(engine() >> 11) * 0x1p-52 - 1.0);
      } else if (way < 3 || below(engine, 3) == 0) {
        double sum = 0.0, n = 0.0;
        for (std::size_t i = 0; i < assignment.size(); ++i)
          if (assignment[i] == static_cast<std::int32_t>(j)) sum += tiles.at(i, static_cast<int>(f)), n += 1.0;
        if (n > 0.0) value = sum / n;
      }
      value = std::clamp(value, -7.99, 7.99);
    }
  }
}

/// Of all sizes and scales: from a few grid units (full of ties and equal accounts) to the whole range, near the origin
/// and far from it, spread evenly or in clusters, centroids on accounts or anywhere.
FeatureTiles some_tiles(std::mt19937_64& engine) {
  const int d = 1 + static_cast<int>(below(engine, below(engine, 4) == 0 ? 40 : 6));
  const std::size_t n = 1 + below(engine, below(engine, 8) == 0 ? 3000 : 300);
  const auto spread = static_cast<std::int32_t>(1 + below(engine, std::uint64_t{1} << below(engine, 22)));
  const auto centre =
      static_cast<std::int32_t>(below(engine, 2) * below(engine, static_cast<std::uint64_t>(kGridLimit - 2 * spread)));
  FeatureTiles tiles = test::random_tiles(n, d, engine(), centre, spread / 4);
  const std::uint64_t clusters = below(engine, 8);
  for (std::size_t i = 0; i < n && clusters > 0; ++i) {
    for (int f = 0; f < d; ++f) {
      const auto shift = static_cast<std::int32_t>((i % clusters * 7919 + static_cast<std::size_t>(f) * 104729) %
                                                   static_cast<std::size_t>(spread));
      tiles.set(i, f, tiles.at(i, f) + from_grid(shift));
    }
  }
  return tiles;
}

std::vector<double> some_centroids(std::mt19937_64& engine, const FeatureTiles& tiles, int k) {
  std::vector<double> centroids;
  for (int j = 0; j < k; ++j) {
    const std::size_t account = below(engine, tiles.n_local());
    for (int f = 0; f < tiles.d(); ++f) centroids.push_back(tiles.at(account, f));
  }
  return centroids;
}

Population population_of(const FeatureTiles& tiles) {
  std::vector<std::int32_t> origin;
  origin.reserve(static_cast<std::size_t>(tiles.d()));
  for (int f = 0; f < tiles.d(); ++f) origin.push_back(grid_units(tiles.at(0, f)));
  return {tiles, {}, tiles.n_local(), origin, 0};
}

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
