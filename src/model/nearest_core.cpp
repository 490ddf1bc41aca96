#include "model/nearest_core.hpp"

#include <algorithm>
#include <limits>

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

std::vector<std::int32_t> nearest_core_within(const FeatureTiles& tiles, std::span<const double> centroids,
                                              std::span<const CoreRange> among, int threads) {
  const auto d = static_cast<std::size_t>(tiles.d());
  std::vector<std::int32_t> core(tiles.n_local());
  const auto n = static_cast<std::int64_t>(tiles.n_local());
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t i = 0; i < n; ++i) {
    const auto account = static_cast<std::size_t>(i);
    double least = std::numeric_limits<double>::infinity();
    for (std::int32_t c = among[account].begin; c < among[account].end; ++c) {
      const double* centroid = centroids.data() + static_cast<std::size_t>(c) * d;
      double squares = 0.0;  // as lloyd::nearest() decides, in double and in the order of the features
      for (std::size_t f = 0; f < d; ++f) {
        const double difference = static_cast<double>(tiles.at(account, static_cast<int>(f))) - centroid[f];
        squares += difference * difference;
      }
      if (squares >= least) continue;
      least = squares;
      core[account] = c;
    }
  }
  return core;
}

}  // namespace tessera
