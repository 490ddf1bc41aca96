#include "kmeans/last_pass.hpp"

#include <algorithm>

#include "lloyd/kernel.hpp"
#include "parallel/communicator.hpp"

namespace tessera {

LastPass last_pass(const Context& context, const lloyd::Population& population, int k,
                   std::span<const double> centroids) {
  constexpr std::size_t kTile = FeatureTiles::kTileAccounts;
  const FeatureTiles& tiles = population.tiles;
  const lloyd::CentroidPanel panel(k, tiles.d(), centroids, population.origin);
  LastPass pass{std::vector<std::int32_t>(tiles.n_local()), std::vector<std::int32_t>(tiles.n_local()),
                std::vector<std::int64_t>(static_cast<std::size_t>(k))};

  const auto n_tiles = static_cast<std::int64_t>(tiles.n_tiles());
#pragma omp parallel for schedule(static) num_threads(context.threads)
  for (std::int64_t i = 0; i < n_tiles; ++i) {
    alignas(64) std::int32_t first[kTile], second[kTile];
    alignas(64) float first_score[kTile], second_score[kTile];
    const auto t = static_cast<std::size_t>(i);
    const float* next = t + 1 < tiles.n_tiles() ? tiles.tile(t + 1) : nullptr;
    lloyd::nearest_two(panel, tiles.tile(t), first, first_score, second, second_score, nullptr, next);
    std::copy_n(first, tiles.accounts_in(t), pass.nearest.data() + t * kTile);
    std::copy_n(second, tiles.accounts_in(t), pass.next_best.data() + t * kTile);
  }
  for (const std::int32_t cluster : pass.nearest) ++pass.accounts[static_cast<std::size_t>(cluster)];
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(pass.accounts));
  return pass;
}

}  // namespace tessera
