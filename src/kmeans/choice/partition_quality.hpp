#pragma once

#include <cstdint>
#include <span>

#include "tessera/choice_of_k.hpp"

namespace tessera::choice {

/// A partition by the nearest of some centroids, as the last pass leaves it.
struct Partition {
  int k = 0;
  std::span<const double> centroids;        ///< k × d grid values
  std::span<const std::int64_t> accounts;   ///< k, over all ranks
  std::span<const std::int32_t> nearest;    ///< n_local
  std::span<const std::int32_t> next_best;  ///< n_local; −1 if k = 1
};

/// Collective. Each distance is a plain sum in double over the features in their order. Their sums are exact, or of
/// multiples of so small a unit that all accounts together lose no more than 2^-60 of the largest sum possible.
[[nodiscard]] ClusteringQuality partition_quality(const Context& context, const FeatureTiles& tiles,
                                                  const Partition& partition);

}  // namespace tessera::choice
