#pragma once

#include <string>

#include "fitting.hpp"
#include "parallel/stage_clock.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/evolve.hpp"
#include "tessera/job.hpp"
#include "tessera/macro.hpp"
#include "tessera/results.hpp"

namespace tessera {

/// One segmentation from its features to what is said of its segments: prepare → k-means → refine → evolve →
/// insight. `before` is what it may go on from. Collective. Throws Error as its stages do.
[[nodiscard]] SegmentationResult segment(const Context& context, const Job& job, const SegmentationSpec& spec,
                                         const AccountTable& accounts, const MacroSegments& macros,
                                         const NightBefore& before, const std::string& night,
                                         parallel::StageClock& clock, CoreProgress& progress);

}  // namespace tessera
