#include "lloyd/population.hpp"

#include <omp.h>

#include "core/grid.hpp"
#include "parallel/communicator.hpp"

namespace tessera::lloyd {
namespace {

constexpr std::size_t kTile = FeatureTiles::kTileAccounts;
constexpr int kLowBits = 32;

/// Σ x by feature and Σ x² over all features, in grid units. The lanes past the last account are zero and add nothing.
struct RawSums {
  std::vector<std::int64_t> by_feature;
  Wide squares = 0;
};

void add_tile(const float* tile, RawSums& sums) {
  for (std::size_t f = 0; f < sums.by_feature.size(); ++f) {
    std::int64_t sum = 0;
    std::int64_t squares = 0;  // 64 accounts of at most 2^46
    for (std::size_t lane = 0; lane < kTile; ++lane) {
      const std::int64_t units = grid_units(tile[f * kTile + lane]);
      sum += units;
      squares += units * units;
    }
    sums.by_feature[f] += sum;
    sums.squares += squares;
  }
}

RawSums local_sums(const FeatureTiles& tiles, int threads) {
  const auto d = static_cast<std::size_t>(tiles.d());
  const auto n_tiles = static_cast<std::int64_t>(tiles.n_tiles());
  std::vector<RawSums> by_thread(static_cast<std::size_t>(threads));
#pragma omp parallel num_threads(threads)
  {
    RawSums mine{std::vector<std::int64_t>(d), 0};
#pragma omp for schedule(static)
    for (std::int64_t t = 0; t < n_tiles; ++t) add_tile(tiles.tile(static_cast<std::size_t>(t)), mine);
    by_thread[static_cast<std::size_t>(omp_get_thread_num())] = std::move(mine);
  }
  RawSums all{std::vector<std::int64_t>(d), 0};
  for (const RawSums& thread : by_thread) {
    if (thread.by_feature.empty()) continue;  // the team was smaller than asked for
    for (std::size_t f = 0; f < d; ++f) all.by_feature[f] += thread.by_feature[f];
    all.squares += thread.squares;
  }
  return all;
}

/// Nearest integer to sum / n, halves upwards.
std::int32_t rounded_mean(std::int64_t sum, std::int64_t n) {
  const std::int64_t doubled = 2 * sum + n;
  std::int64_t quotient = doubled / (2 * n);
  if (doubled % (2 * n) < 0) --quotient;
  return static_cast<std::int32_t>(quotient);
}

}  // namespace

Population centred_population(const Context& context, const FeatureTiles& tiles, std::span<const AccountKey> keys) {
  const auto d = static_cast<std::size_t>(tiles.d());
  const RawSums local = local_sums(tiles, context.threads);

  std::vector<std::int64_t> sums = local.by_feature;
  sums.push_back(static_cast<std::int64_t>(tiles.n_local()));
  sums.push_back(static_cast<std::int64_t>(local.squares & ((Wide{1} << kLowBits) - 1)));
  sums.push_back(static_cast<std::int64_t>(local.squares >> kLowBits));
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(sums));

  const std::int64_t n = sums[d];
  Population population{tiles, keys, static_cast<std::uint64_t>(n), std::vector<std::int32_t>(d), 0};
  population.squares = (Wide{sums[d + 2]} << kLowBits) + sums[d + 1];
  for (std::size_t f = 0; f < d && n > 0; ++f) {
    const std::int64_t origin = population.origin[f] = rounded_mean(sums[f], n);
    population.squares += Wide{origin} * (Wide{origin} * n - Wide{2} * sums[f]);
  }
  return population;
}

}  // namespace tessera::lloyd
