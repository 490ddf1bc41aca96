#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "refine/merging.hpp"
#include "tessera/context.hpp"
#include "tessera/refine.hpp"

namespace tessera::refinement {

/// Collective. Sets aside the accounts that lie farther from their micro segment's centre than `multiples` root mean
/// square distances of its accounts: gives the tree its bounds and centres, and each core segment that has such
/// accounts one more micro segment, its last. Where the rest would be below a minimum, a micro segment keeps them all.
/// `micro` (n_local, −1: none) and `segments` are renumbered; returns by micro segment whether it holds outliers.
std::vector<std::uint8_t> set_outliers_aside(const Context& context, const RefineInput& input, double multiples,
                                             const Minimums& least, RefinementTree& tree, MicroSegments& segments,
                                             std::vector<std::int32_t>& micro);

/// Moves accounts beyond the bound of their micro segment to its outliers. Not collective.
void move_outliers(const RefinementTree& tree, const FeatureTiles& tiles, std::span<std::int32_t> micro, int threads);

}  // namespace tessera::refinement
