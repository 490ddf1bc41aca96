#pragma once

#include <cstdint>

#include "lloyd/exact_lloyd.hpp"
#include "lloyd/population.hpp"
#include "tessera/context.hpp"
#include "tessera/kmeans.hpp"

namespace tessera {

struct SwapOptions {
  lloyd::LloydOptions lloyd;
  std::uint64_t seed = 0;
  int patience = 0;  ///< tries in a row without gain that end it
};

/// Leads a clustering out of its local optimum by swaps (in the manner of Fränti 2018, and of Lattanzi & Sohler 2019):
/// a centroid that is missed little moves to an account far from its own, Lloyd's iteration runs from there, and if the
/// exact inertia falls below the best so far, the new clustering is the best. The dispensable centroids and the far
/// accounts of one survey are tried pair by pair, the likeliest first. It ends after `patience` tries in a row without
/// gain, 8 · patience in all. So the inertia never rises.
///
/// The updates of a swap that gained are added to `best` as far as their inertia is below that before the swap. It goes
/// on from `at`, and keeps it. False: a rank wishes to stop. Collective.
[[nodiscard]] bool improve_by_swaps(const Context& context, const lloyd::Population& population,
                                    const SwapOptions& options, const lloyd::IterationReport& report,
                                    lloyd::Fixpoint& best, KmeansState::Swaps& at);

/// Tries for one start.
[[nodiscard]] int most_tries(const SwapOptions& options) noexcept;

/// How much to try, by the work of one update: where that is little, all swaps that promise anything, from every start;
/// where it is much, a few from the best start.
struct SwapEffort {
  int patience = 0;
  int starts = 0;  ///< of all, those to improve
};
[[nodiscard]] SwapEffort swap_effort(const lloyd::Population& population, int k, int starts) noexcept;

}  // namespace tessera
