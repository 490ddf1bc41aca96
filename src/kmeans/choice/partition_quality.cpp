#include "kmeans/choice/partition_quality.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

#include "core/exact_sum.hpp"
#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera {
namespace choice {
namespace {

/// The index of Davies and Bouldin compares every two centroids.
constexpr int kMostCompared = 4096;

/// A distance between grid values is below 16 √d. In units of 2^-bits the sum over n accounts stays below 2^62.
int bits_of_unit(std::int64_t n, int d) {
  const auto of_accounts = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n)));
  const auto of_root = static_cast<int>(std::bit_width(static_cast<unsigned>(d)) + 1) / 2;
  return 62 - of_accounts - of_root - 4;
}

/// What one thread adds up.
struct alignas(64) Sums {
  ExactSum squares;                     ///< ‖x − c‖²
  ExactSum silhouettes;                 ///< by account
  std::vector<std::int64_t> distances;  ///< by cluster, in units
};

double squared_distance(const float* tile, std::size_t lane, const double* centroid, std::size_t d) {
  double sum = 0.0;
  for (std::size_t f = 0; f < d; ++f) {
    const double difference = static_cast<double>(tile[f * FeatureTiles::kTileAccounts + lane]) - centroid[f];
    sum += difference * difference;
  }
  return sum;
}

void add_tile(const FeatureTiles& tiles, const Partition& partition, double unit, std::size_t t, Sums& sums) {
  const auto d = static_cast<std::size_t>(tiles.d());
  for (std::size_t lane = 0; lane < tiles.accounts_in(t); ++lane) {
    const auto own = static_cast<std::size_t>(partition.nearest[t * FeatureTiles::kTileAccounts + lane]);
    const double square = squared_distance(tiles.tile(t), lane, partition.centroids.data() + own * d, d);
    const double a = std::sqrt(square);
    sums.squares.add(square);
    sums.distances[own] += static_cast<std::int64_t>(a / unit);
    if (partition.k < 2) continue;
    const auto next = static_cast<std::size_t>(partition.next_best[t * FeatureTiles::kTileAccounts + lane]);
    const double b = std::sqrt(squared_distance(tiles.tile(t), lane, partition.centroids.data() + next * d, d));
    const double larger = std::max(a, b);
    if (larger > 0.0) sums.silhouettes.add((b - a) / larger);
  }
}

Sums all_sums(const Context& context, const FeatureTiles& tiles, const Partition& partition, double unit) {
  const Sums none{{}, {}, std::vector<std::int64_t>(static_cast<std::size_t>(partition.k))};
  std::vector<Sums> shares(static_cast<std::size_t>(context.threads), none);
  const auto n_shares = static_cast<std::int64_t>(shares.size());
  const std::size_t n_tiles = tiles.n_tiles();
#pragma omp parallel for schedule(static, 1) num_threads(context.threads)
  for (std::int64_t i = 0; i < n_shares; ++i) {
    const auto share = static_cast<std::size_t>(i);
    for (std::size_t t = share * n_tiles / shares.size(); t < (share + 1) * n_tiles / shares.size(); ++t)
      add_tile(tiles, partition, unit, t, shares[share]);
  }
  Sums all = std::move(shares.front());
  for (std::size_t share = 1; share < shares.size(); ++share) {
    all.squares.add(shares[share].squares);
    all.silhouettes.add(shares[share].silhouettes);
    std::ranges::transform(all.distances, shares[share].distances, all.distances.begin(), std::plus<>());
  }
  ExactSum both[] = {all.squares, all.silhouettes};
  parallel::all_sum(context.comm, both);
  all.squares = both[0];
  all.silhouettes = both[1];
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(all.distances));
  return all;
}

/// Σ_j n_j ‖c_j − mean‖².
double between(const Partition& partition, std::size_t d, double n) {
  double sum = 0.0;
  for (std::size_t f = 0; f < d; ++f) {
    double mean = 0.0;
    for (std::size_t j = 0; j < partition.accounts.size(); ++j)
      mean += static_cast<double>(partition.accounts[j]) * partition.centroids[j * d + f];
    mean /= n;
    for (std::size_t j = 0; j < partition.accounts.size(); ++j) {
      const double difference = partition.centroids[j * d + f] - mean;
      sum += static_cast<double>(partition.accounts[j]) * difference * difference;
    }
  }
  return sum;
}

/// `spreads`: by cluster, the mean distance of its accounts from its centroid.
double davies_bouldin(const Partition& partition, std::size_t d, std::span<const double> spreads, int threads) {
  std::vector<double> likeness(spreads.size(), 0.0);  // of each cluster and the one it is told from worst
  const auto k = static_cast<std::int64_t>(spreads.size());
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t row = 0; row < k; ++row) {
    const auto i = static_cast<std::size_t>(row);
    for (std::size_t j = 0; j < spreads.size(); ++j) {
      if (i == j) continue;
      double squares = 0.0;
      for (std::size_t f = 0; f < d; ++f) {
        const double difference = partition.centroids[i * d + f] - partition.centroids[j * d + f];
        squares += difference * difference;
      }
      likeness[i] = std::max(likeness[i], (spreads[i] + spreads[j]) / std::sqrt(squares));
    }
  }
  return std::accumulate(likeness.begin(), likeness.end(), 0.0) / static_cast<double>(k);
}

}  // namespace

ClusteringQuality partition_quality(const Context& context, const FeatureTiles& tiles, const Partition& partition) {
  const auto d = static_cast<std::size_t>(tiles.d());
  const std::int64_t n = std::accumulate(partition.accounts.begin(), partition.accounts.end(), std::int64_t{0});
  const double unit = std::ldexp(1.0, -bits_of_unit(n, tiles.d()));
  const Sums sums = all_sums(context, tiles, partition, unit);
  ClusteringQuality quality;
  quality.inertia = sums.squares.value();
  if (partition.k < 2) return quality;
  const auto accounts = static_cast<double>(n);
  quality.silhouette_simplified = sums.silhouettes.value() / accounts;
  quality.calinski_harabasz =
      (between(partition, d, accounts) / (partition.k - 1)) / (quality.inertia / static_cast<double>(n - partition.k));
  if (partition.k > kMostCompared) return quality;
  std::vector<double> spreads(partition.accounts.size());
  for (std::size_t j = 0; j < spreads.size(); ++j)
    spreads[j] = unit * static_cast<double>(sums.distances[j]) / static_cast<double>(partition.accounts[j]);
  quality.davies_bouldin = davies_bouldin(partition, d, spreads, context.threads);
  return quality;
}

}  // namespace choice

ClusteringQuality clustering_quality(const Context& context, const FeatureTiles& tiles, const Clustering& clustering) {
  return choice::partition_quality(
      context, tiles,
      {clustering.k, clustering.centroids, clustering.accounts, clustering.nearest, clustering.next_best});
}

}  // namespace tessera
