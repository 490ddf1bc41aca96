#include "lloyd/population.hpp"

#include <fmt/format.h>
#include <omp.h>

#include "core/grid.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"

namespace tessera::lloyd {
namespace {

constexpr int kLowBits = 32;

/// Σ w x by feature and Σ w x² over all features, in grid units. Lanes past the last account are zero and add nothing.
struct RawSums {
  std::vector<std::int64_t> by_feature;
  Wide squares = 0;
};

void add_tile(const float* tile, RawSums& sums) {
  for (std::size_t f = 0; f < sums.by_feature.size(); ++f) {
    std::int64_t sum = 0;
    std::int64_t squares = 0;  // 64 accounts of at most 2^46
    for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane) {
      const std::int64_t units = grid_units(tile[f * FeatureTiles::kTileAccounts + lane]);
      sum += units;
      squares += units * units;
    }
    sums.by_feature[f] += sum;
    sums.squares += squares;
  }
}

void add_weighted_tile(const float* tile, const std::uint16_t* weights, std::size_t accounts, RawSums& sums) {
  for (std::size_t f = 0; f < sums.by_feature.size(); ++f) {
    for (std::size_t lane = 0; lane < accounts; ++lane) {
      const std::int64_t units = grid_units(tile[f * FeatureTiles::kTileAccounts + lane]);
      sums.by_feature[f] += weights[lane] * units;
      sums.squares += weights[lane] * units * units;
    }
  }
}

RawSums local_sums(const FeatureTiles& tiles, std::span<const std::uint16_t> weights, int threads) {
  const auto d = static_cast<std::size_t>(tiles.d());
  const auto n_tiles = static_cast<std::int64_t>(tiles.n_tiles());
  std::vector<RawSums> by_thread(static_cast<std::size_t>(threads));
#pragma omp parallel num_threads(threads)
  {
    RawSums mine{std::vector<std::int64_t>(d), 0};
#pragma omp for schedule(static)
    for (std::int64_t i = 0; i < n_tiles; ++i) {
      const auto t = static_cast<std::size_t>(i);
      if (weights.empty()) {
        add_tile(tiles.tile(t), mine);
      } else {
        add_weighted_tile(tiles.tile(t), weights.data() + t * FeatureTiles::kTileAccounts, tiles.accounts_in(t), mine);
      }
    }
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

/// Nearest integer to sum / n, halves upwards. 2 · |sum| + n ≤ 2 · 2^39 · (2^23 − 1) + 2^39 is below 2^63.
std::int32_t rounded_mean(std::int64_t sum, std::int64_t n) {
  const std::int64_t doubled = 2 * sum + n;
  std::int64_t quotient = doubled / (2 * n);
  if (doubled % (2 * n) < 0) --quotient;
  return static_cast<std::int32_t>(quotient);
}

/// What this rank's accounts weigh together.
std::int64_t checked_weight(std::size_t n_local, std::span<const std::uint16_t> weights) {
  if (weights.empty()) return static_cast<std::int64_t>(n_local);
  if (weights.size() != n_local)
    throw Error(ExitCode::kInternal, fmt::format("{} weights for {} accounts", weights.size(), n_local));
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < n_local; ++i) {
    if (weights[i] < 1 || weights[i] > kMostAccountWeight)
      throw Error(ExitCode::kInternal, fmt::format("the weight of account {} of a rank is {}; expected 1 to {}", i,
                                                   weights[i], kMostAccountWeight));
    sum += weights[i];
  }
  return sum;
}

}  // namespace

void check_weight(std::int64_t weight, int d) {
  if (weight <= most_weight(d)) return;
  throw Error(ExitCode::kBadData,
              fmt::format("the accounts weigh {} in all, but sums of {} features are exact only up to {}: use lower "
                          "weights, fewer accounts or fewer features",
                          weight, d, most_weight(d)),
              true);
}

Population centred_population(const Context& context, const FeatureTiles& tiles, std::span<const AccountKey> keys,
                              std::span<const std::uint16_t> weights) {
  const auto d = static_cast<std::size_t>(tiles.d());
  std::int64_t counts[] = {static_cast<std::int64_t>(tiles.n_local()), parallel::compute_together(context.comm, [&] {
                             return checked_weight(tiles.n_local(), weights);
                           })};
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(counts));
  const auto [n, weight] = counts;
  check_weight(weight, tiles.d());

  const RawSums local = local_sums(tiles, weights, context.threads);
  std::vector<std::int64_t> sums = local.by_feature;
  sums.push_back(static_cast<std::int64_t>(local.squares & ((Wide{1} << kLowBits) - 1)));
  sums.push_back(static_cast<std::int64_t>(local.squares >> kLowBits));
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(sums));

  Population population{tiles, keys, static_cast<std::uint64_t>(n), std::vector<std::int32_t>(d), 0, weights};
  population.squares = (Wide{sums[d + 1]} << kLowBits) + sums[d];
  for (std::size_t f = 0; f < d && n > 0; ++f) {
    const std::int64_t origin = population.origin[f] = rounded_mean(sums[f], weight);
    population.squares += Wide{origin} * (Wide{origin} * weight - Wide{2} * sums[f]);
  }
  return population;
}

}  // namespace tessera::lloyd
