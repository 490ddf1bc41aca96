#include "lloyd/exact_lloyd.hpp"

#include <utility>

#include "lloyd/assigner.hpp"
#include "lloyd/empty_clusters.hpp"

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

Fixpoint iterate(const Context& context, const Population& population, std::vector<double> centroids,
                 const LloydOptions& options, const IterationReport& report) {
  const auto d = static_cast<std::size_t>(population.tiles.d());
  Fixpoint best{static_cast<int>(centroids.size() / d), std::move(centroids), 0, 0, {}, false};
  ClusterSums sums(best.k, population, context.threads);
  Assigner assigner(population, context.threads);

  bool stop_here = false;
  while (true) {
    assigner.assign(best.centroids, sums);
    const auto [moved, stop, tally] = sums.reduce(context.comm, stop_here, assigner.tally());
    if (moved == 0) break;
    assigner.adapt(tally, sums.k());
    if (sums.has_empty()) {
      assigner.let_change([&](std::span<std::int32_t> assignment) {
        if (fill_empty_clusters(context, population, sums, assignment) > 0) drop_empty_clusters(sums, assignment);
      });
    }

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
