#pragma once

#include <cstdint>
#include <vector>

#include "lloyd/population.hpp"
#include "tessera/choice_of_k.hpp"
#include "tessera/context.hpp"

namespace tessera::choice {

/// Where the sweep stood at k centroids.
struct SweepStep {
  int k = 0;
  std::vector<double> centroids;  ///< k × d grid values
  double inertia = 0.0;           ///< squared grid values, with weights
};

struct SweepOptions {
  int k_max = 1;
  int tries = 1;  ///< accounts drawn as the next centre, of which the best goes on
  std::uint64_t seed = 0;
  std::uint64_t number = 0;  ///< of the sweep: each draws its own centres
};

struct Sweep {
  std::vector<SweepStep> steps;  ///< step i has k = i + 1
  bool stopped = false;
};

/// Clusterings of one population into 1, 2, … k_max, fewer where there are fewer distinct accounts. Each k shares the
/// work of those before: to its centroids one account is added, drawn with probability proportional to its squared
/// distance from them, and Lloyd's iteration goes on from there. Near enough to what k-means with several starts finds
/// to tell one k from another; not the clustering to keep. Collective.
[[nodiscard]] Sweep sweep(const Context& context, const lloyd::Population& population, const SweepOptions& options,
                          const StopRequested& stop);

}  // namespace tessera::choice
