#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "core/grid.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::test {

/// Accounts with grid units spread evenly over [centre − spread, centre + spread]. Raw engine output only: the
/// distributions of the standard library differ between its makers.
inline FeatureTiles random_tiles(std::size_t n, int d, std::uint64_t seed, std::int32_t centre = 0,
                                 std::int32_t spread = kGridLimit) {
  std::mt19937_64 engine(seed);
  FeatureTiles tiles(n, d);
  for (std::size_t i = 0; i < n; ++i) {
    for (int f = 0; f < d; ++f) {
      const auto width = 2 * static_cast<std::uint64_t>(spread) + 1;
      tiles.set(i, f, from_grid(centre + static_cast<std::int32_t>(engine() % width) - spread));
    }
  }
  return tiles;
}

/// k × d centroids off the grid, within the same bounds.
inline std::vector<double> random_centroids(int k, int d, std::uint64_t seed, std::int32_t centre = 0,
                                            std::int32_t spread = kGridLimit) {
  std::mt19937_64 engine(seed);
  std::vector<double> centroids(static_cast<std::size_t>(k) * static_cast<std::size_t>(d));
  for (double& value : centroids) {
    const double unit = static_cast<double>(engine() >> 11) * 0x1p-53;
    value = (centre + (2.0 * unit - 1.0) * spread) * kGridStep;
  }
  return centroids;
}

}  // namespace tessera::test
