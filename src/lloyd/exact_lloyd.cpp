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
  const auto k = static_cast<int>(centroids.size() / static_cast<std::size_t>(population.tiles.d()));
  return go_on(context, population, {k, std::move(centroids), 0, 0, {}, false}, options, report);
}

Fixpoint go_on(const Context& context, const Population& population, Fixpoint best, const LloydOptions& options,
               const IterationReport& report) {
  best.stopped = false;
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

    // The partition that an iteration was stopped at is found again from its centroids, and then its inertia is as
    // well.
    const Wide before = best.inertia, inertia = sums.inertia();
    if (best.iterations > 0 && inertia >= before) break;
    best.k = sums.k();
    best.centroids.assign(sums.centroids().begin(), sums.centroids().end());
    best.inertia = inertia;
    ++best.iterations;
    best.inertia_by_iteration.push_back(inertia_value(inertia));
    stop_here = report && report(best.iterations, best.inertia_by_iteration.back());

    if (best.iterations >= options.max_iterations) break;
    if (options.tolerance > 0.0 && best.iterations > 1 && relative_fall(before, inertia) <= options.tolerance) break;
    best.stopped = stop;
    if (stop) break;
  }
  return best;
}

}  // namespace tessera::lloyd
