#include "lloyd/empty_clusters.hpp"

#include <omp.h>

#include <algorithm>
#include <vector>

#include "parallel/communicator.hpp"

namespace tessera::lloyd {
namespace {

/// An account that an empty cluster might take.
struct Candidate {
  double squared_distance = 0.0;  ///< to the mean of its own cluster
  AccountKey key;
  std::int32_t cluster = -1;  ///< −1: none
  std::int32_t rank = 0;
  std::uint64_t local = 0;  ///< its place on that rank
};

/// A total order: accounts of one key come in the order of the ranks, and on a rank as they stand.
bool farther(const Candidate& a, const Candidate& b) {
  if (a.squared_distance != b.squared_distance) return a.squared_distance > b.squared_distance;
  if (a.key != b.key) return a.key < b.key;
  if (a.rank != b.rank) return a.rank < b.rank;
  return a.local < b.local;
}

/// In double, each account by itself and its features in order: the same everywhere. Rare enough to need no kernel.
double squared_distance(const float* tile, std::size_t lane, std::span<const double> centre) {
  double sum = 0.0;
  for (std::size_t f = 0; f < centre.size(); ++f) {
    const double difference = static_cast<double>(tile[f * FeatureTiles::kTileAccounts + lane]) - centre[f];
    sum += difference * difference;
  }
  return sum;
}

void keep_farther(std::vector<Candidate>& farthest, const Candidate& candidate) {
  Candidate& held = farthest[static_cast<std::size_t>(candidate.cluster)];
  if (held.cluster < 0 || farther(candidate, held)) held = candidate;
}

/// This rank's farthest account of each cluster; only accounts off their mean.
std::vector<Candidate> farthest_by_cluster(const Context& context, const Population& population,
                                           const ClusterSums& sums, std::span<const std::int32_t> assignment) {
  const auto d = static_cast<std::size_t>(population.tiles.d());
  const auto n_local = static_cast<std::int64_t>(assignment.size());
  std::vector<std::vector<Candidate>> by_thread(static_cast<std::size_t>(context.threads),
                                                std::vector<Candidate>(static_cast<std::size_t>(sums.k())));
#pragma omp parallel num_threads(context.threads)
  {
    std::vector<Candidate>& mine = by_thread[static_cast<std::size_t>(omp_get_thread_num())];
#pragma omp for schedule(static)
    for (std::int64_t i = 0; i < n_local; ++i) {
      const auto account = static_cast<std::size_t>(i);
      const std::int32_t cluster = assignment[account];
      const auto centre = sums.centroids().subspan(static_cast<std::size_t>(cluster) * d, d);
      const double distance = squared_distance(population.tiles.tile(account / FeatureTiles::kTileAccounts),
                                               account % FeatureTiles::kTileAccounts, centre);
      if (distance > 0.0)
        keep_farther(mine, {distance, population.keys[account], cluster, context.comm.rank(), account});
    }
  }
  std::vector<Candidate> farthest = std::move(by_thread.front());
  for (std::size_t thread = 1; thread < by_thread.size(); ++thread) {
    for (const Candidate& candidate : by_thread[thread])
      if (candidate.cluster >= 0) keep_farther(farthest, candidate);
  }
  return farthest;
}

/// The farthest accounts of all ranks, one of a cluster, `wanted` of them if there are as many. Every rank sends its
/// own `wanted` farthest: one that is not among them cannot be among those of all ranks.
std::vector<Candidate> agree_on_farthest(const parallel::Communicator& comm, std::vector<Candidate> local,
                                         std::size_t wanted, int k) {
  std::erase_if(local, [](const Candidate& candidate) { return candidate.cluster < 0; });
  std::sort(local.begin(), local.end(), farther);
  if (local.size() > wanted) local.resize(wanted);

  std::vector<Candidate> farthest(static_cast<std::size_t>(k));
  for (const Candidate& candidate : comm.all_gather_varied(std::span<const Candidate>(local)))
    keep_farther(farthest, candidate);
  std::erase_if(farthest, [](const Candidate& candidate) { return candidate.cluster < 0; });
  std::sort(farthest.begin(), farthest.end(), farther);
  if (farthest.size() > wanted) farthest.resize(wanted);
  return farthest;
}

std::vector<std::int32_t> empty_clusters(const ClusterSums& sums) {
  std::vector<std::int32_t> empty;
  for (int j = 0; j < sums.k(); ++j)
    if (sums.weight(j) == 0) empty.push_back(j);
  return empty;
}

}  // namespace

int fill_empty_clusters(const Context& context, const Population& population, ClusterSums& sums,
                        std::span<std::int32_t> assignment) {
  std::vector<std::int32_t> empty = empty_clusters(sums);
  while (!empty.empty()) {
    const std::vector<Candidate> taken = agree_on_farthest(
        context.comm, farthest_by_cluster(context, population, sums, assignment), empty.size(), sums.k());
    if (taken.empty()) break;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const Candidate& account = taken[i];
      if (account.rank != context.comm.rank()) continue;
      sums.move(0, population.tiles.tile(account.local / FeatureTiles::kTileAccounts),
                account.local % FeatureTiles::kTileAccounts, population.weight(account.local), account.cluster,
                empty[i]);
      assignment[account.local] = empty[i];
    }
    sums.reduce(context.comm, false);
    empty = empty_clusters(sums);
  }
  return static_cast<int>(empty.size());
}

}  // namespace tessera::lloyd
