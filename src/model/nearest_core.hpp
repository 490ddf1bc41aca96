#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/feature_tiles.hpp"

namespace tessera {

/// The core segment of each account: the nearest of the stored centroids (k × d grid values), lower index on ties, as
/// the last pass of clustering found it for the accounts that it had. Not collective.
[[nodiscard]] std::vector<std::int32_t> nearest_core(const FeatureTiles& tiles, std::span<const double> centroids,
                                                     int k, int threads);

/// Centroids begin … end − 1; at least one.
struct CoreRange {
  std::int32_t begin = 0, end = 0;
};

/// The same among some of the centroids only, of each account its own (n_local): where there was a clustering in each
/// macro segment.
[[nodiscard]] std::vector<std::int32_t> nearest_core_within(const FeatureTiles& tiles,
                                                            std::span<const double> centroids,
                                                            std::span<const CoreRange> among, int threads);

}  // namespace tessera
