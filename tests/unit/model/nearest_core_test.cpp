#include "model/nearest_core.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/grid.hpp"

namespace tessera {
namespace {

/// 150 accounts on a line, from -3 to 3.
FeatureTiles line() {
  FeatureTiles tiles(150, 1);
  for (std::size_t i = 0; i < 150; ++i) tiles.set(i, 0, from_grid(to_grid(-3.0 + 0.04 * static_cast<double>(i))));
  return tiles;
}

const std::vector<double> kCentroids = {-2.0, 0.0, 2.0, -1.0, 1.0};

TEST(NearestCore, WithinAllCentroidsIsTheNearest) {
  const FeatureTiles tiles = line();
  const std::vector<CoreRange> all(tiles.n_local(), CoreRange{0, 5});
  EXPECT_EQ(nearest_core_within(tiles, kCentroids, all, 2), nearest_core(tiles, kCentroids, 5, 1));
}

TEST(NearestCore, StaysWithinTheAccountsOwn) {
  const FeatureTiles tiles = line();
  std::vector<CoreRange> among;
  for (std::size_t i = 0; i < tiles.n_local(); ++i) among.push_back(i % 2 == 0 ? CoreRange{0, 3} : CoreRange{3, 5});
  const std::vector<std::int32_t> core = nearest_core_within(tiles, kCentroids, among, 2);
  for (std::size_t i = 0; i < core.size(); ++i) {
    const float x = tiles.at(i, 0);
    const std::int32_t expected = i % 2 == 0 ? (x <= -1.0F ? 0 : x <= 1.0F ? 1 : 2) : (x <= 0.0F ? 3 : 4);
    EXPECT_EQ(core[i], expected) << x;
  }
}

}  // namespace
}  // namespace tessera
