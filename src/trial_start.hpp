#pragma once

#include "core_segments.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"
#include "tessera/macro.hpp"
#include "tessera/prepare.hpp"

namespace tessera {

/// What a fresh start would give, on a sample of about 16,384 accounts by key: how far the inertia of clustering it
/// from `begin` lies above that of clustering it from centroids that are drawn anew, as a share of the latter; below 0
/// where a fresh start would be worse. Both have the same k and the same encoding, and both are iterated to their end,
/// so the sample flatters them alike. Collective; the same bits at any rank and thread count.
[[nodiscard]] double worse_than_fresh(const Context& context, const Job& job, const SegmentationSpec& spec,
                                      const Prepared& prepared, const MacroSegments& macros, const CoreStart& begin);

}  // namespace tessera
