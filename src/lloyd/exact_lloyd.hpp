#pragma once

#include <functional>
#include <vector>

#include "lloyd/cluster_sums.hpp"
#include "lloyd/population.hpp"
#include "tessera/context.hpp"

namespace tessera::lloyd {

struct LloydOptions {
  int max_iterations = 300;  ///< updates of the centroids; at least one is made
  double tolerance = 0.0;    ///< relative fall of inertia that ends it; 0: until no account moves
};

/// Where an iteration ended. The same on every rank.
struct Fixpoint {
  int k = 0;                      ///< below the k asked for where there are fewer distinct accounts
  std::vector<double> centroids;  ///< k × d, grid values
  Wide inertia = 0;               ///< of the partition whose means the centroids are; see ClusterSums::inertia()
  int iterations = 0;             ///< updates made
  std::vector<double> inertia_by_iteration;  ///< after each update, in squared grid values
  bool stopped = false;                      ///< `report` asked for it, and there was more to do
};

/// Called after each update, on every rank with the same values. True: this rank wishes to stop.
using IterationReport = std::function<bool(int iteration, double inertia)>;

/// Lloyd's iteration (1982) on exact integer sums, from `centroids` (k × d grid values) on: assign every account to its
/// nearest centroid, fill clusters without accounts, set every centroid to its mean. It ends when no account moves,
/// when the inertia fails to fall (rounding of near ties; the better centroids are kept), when its fall is within the
/// tolerance, after max_iterations updates, or when a rank wishes to stop. One reduction an iteration. Collective;
/// n_global ≥ 1.
[[nodiscard]] Fixpoint iterate(const Context& context, const Population& population, std::vector<double> centroids,
                               const LloydOptions& options, const IterationReport& report);

/// The same from where an iteration was stopped: it ends as if it had not been.
[[nodiscard]] Fixpoint go_on(const Context& context, const Population& population, Fixpoint from,
                             const LloydOptions& options, const IterationReport& report);

}  // namespace tessera::lloyd
