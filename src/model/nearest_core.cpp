#include "model/nearest_core.hpp"

#include <algorithm>

#include "lloyd/kernel.hpp"

namespace tessera {

std::vector<std::int32_t> nearest_core(const FeatureTiles& tiles, std::span<const double> centroids, int k,
                                       int threads) {
  constexpr std::size_t kLanes = FeatureTiles::kTileAccounts;
  // The answer does not depend on the origin; features are scaled about 0.
  const std::vector<std::int32_t> origin(static_cast<std::size_t>(tiles.d()), 0);
  const lloyd::CentroidPanel panel(k, tiles.d(), centroids, origin);
  std::vector<std::int32_t> core(tiles.n_local());
  const auto n_tiles = static_cast<std::int64_t>(tiles.n_tiles());
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t i = 0; i < n_tiles; ++i) {
    alignas(64) std::int32_t index[kLanes];
    const auto t = static_cast<std::size_t>(i);
    lloyd::nearest(panel, tiles.tile(t), index);
    std::copy_n(index, tiles.accounts_in(t), core.data() + t * kLanes);
  }
  return core;
}

}  // namespace tessera
