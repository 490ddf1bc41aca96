#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lloyd/population.hpp"
#include "tessera/context.hpp"

namespace tessera {

/// What one dense pass says about where centroids are too many and where too few.
struct Survey {
  /// All clusters, the one whose centroid would be missed least first: by Σ w (D₂² − D₁²) over its accounts, what it
  /// would cost if they went to their second nearest.
  std::vector<int> dispensable;
  /// Accounts far from their centroids, d grid values each: sampled in proportion to w D₁² without replacement
  /// (Efraimidis & Spirakis 2006), in the order of the race.
  std::vector<std::vector<float>> far_accounts;
};

/// `inertia` (above 0) is that of the centroids (k × d grid values), in squared grid values. The sample is a
/// function of (seed, number, account keys). Collective; one reduction and one gathering.
[[nodiscard]] Survey survey(const Context& context, const lloyd::Population& population, int k,
                            std::span<const double> centroids, double inertia, std::size_t sample, std::uint64_t seed,
                            std::uint64_t number);

}  // namespace tessera
