#include "lloyd/exact_lloyd.hpp"

#include <omp.h>

#include <utility>

#include "lloyd/empty_clusters.hpp"
#include "lloyd/kernel.hpp"

namespace tessera::lloyd {
namespace {

/// Removes the clusters that stayed empty, and renumbers the rest.
void drop_empty_clusters(ClusterSums& sums, std::span<std::int32_t> assignment) {
  const std::vector<std::int32_t> renumbered = sums.drop_empty();
  for (std::int32_t& cluster : assignment) cluster = renumbered[static_cast<std::size_t>(cluster)];
}

/// Both are whole numbers of the same unit, so every rank finds the same quotient.
double relative_fall(Wide before, Wide after) {
  return before == 0 ? 0.0 : static_cast<double>(before - after) / static_cast<double>(before);
}

}  // namespace

void assign_nearest(const Population& population, std::span<const double> centroids, int threads,
                    std::span<std::int32_t> assignment, ClusterSums& sums) {
  constexpr std::size_t kTile = FeatureTiles::kTileAccounts;
  const FeatureTiles& tiles = population.tiles;
  const CentroidPanel panel(sums.k(), tiles.d(), centroids, population.origin);
  const auto n_tiles = static_cast<std::int64_t>(tiles.n_tiles());
#pragma omp parallel num_threads(threads)
  {
    const int thread = omp_get_thread_num();
    alignas(64) std::int32_t index[kTile];
    alignas(64) float score[kTile];
#pragma omp for schedule(static)
    for (std::int64_t i = 0; i < n_tiles; ++i) {
      const auto t = static_cast<std::size_t>(i);
      nearest(panel, tiles.tile(t), index, score);
      sums.move_tile(thread, tiles.tile(t), tiles.accounts_in(t), assignment.data() + t * kTile, index);
    }
  }
}

Fixpoint iterate(const Context& context, const Population& population, std::vector<double> centroids,
                 const LloydOptions& options, const IterationReport& report) {
  const auto d = static_cast<std::size_t>(population.tiles.d());
  Fixpoint best{static_cast<int>(centroids.size() / d), std::move(centroids), 0, 0, {}, false};
  ClusterSums sums(best.k, population, context.threads);
  std::vector<std::int32_t> assignment(population.tiles.n_local(), -1);

  bool stop_here = false;
  while (true) {
    assign_nearest(population, best.centroids, context.threads, assignment, sums);
    const auto [moved, stop] = sums.reduce(context.comm, stop_here);
    if (moved == 0) break;
    if (fill_empty_clusters(context, population, sums, assignment) > 0) drop_empty_clusters(sums, assignment);

    const Wide before = best.inertia, inertia = sums.inertia();
    if (best.iterations > 0 && inertia >= before) break;
    best.k = sums.k();
    best.centroids.assign(sums.centroids().begin(), sums.centroids().end());
    best.inertia = inertia;
    ++best.iterations;
    best.inertia_by_iteration.push_back(inertia_value(inertia));
    stop_here = report && report(best.iterations, best.inertia_by_iteration.back());

    best.stopped = stop;
    if (stop || best.iterations >= options.max_iterations) break;
    if (options.tolerance > 0.0 && best.iterations > 1 && relative_fall(before, inertia) <= options.tolerance) break;
  }
  return best;
}

}  // namespace tessera::lloyd
