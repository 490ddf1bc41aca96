#pragma once

#include "lloyd/population.hpp"
#include "tessera/context.hpp"
#include "tessera/kmeans.hpp"

namespace tessera {

/// Goes on from `state` until all starts, and the swaps where they are asked for, have ended; then the best is the one
/// start that `state` keeps. False: it was stopped, and `state` says where. Collective.
[[nodiscard]] bool find_best_start(const Context& context, const lloyd::Population& population,
                                   const KmeansOptions& options, const KmeansProgress& progress, KmeansState& state);

}  // namespace tessera
