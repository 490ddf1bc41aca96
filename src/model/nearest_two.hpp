#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/nearest_core.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera {

/// Of each account the nearest and the second nearest of the stored centroids.
struct NearestTwo {
  std::vector<std::int32_t> nearest;
  std::vector<std::int32_t> next_best;  ///< −1: there is one centroid only
};

/// As the last pass of clustering found them (k × d grid values, lower index on ties). Not collective.
[[nodiscard]] NearestTwo nearest_two_cores(const FeatureTiles& tiles, std::span<const double> centroids, int k,
                                           int threads);

/// The same of each account among its own centroids; both −1 where it has none.
[[nodiscard]] NearestTwo nearest_two_within(const FeatureTiles& tiles, std::span<const double> centroids,
                                            std::span<const CoreRange> among, int threads);

}  // namespace tessera
