#pragma once

#include <vector>

#include "tessera/completeness.hpp"
#include "tessera/results.hpp"

namespace tessera {

/// The finest segments of every segmentation that encodes accounts, as functions of encoded accounts. They refer to the
/// results. Not collective.
[[nodiscard]] std::vector<FittedSegments> fitted_segments(const std::vector<SegmentationResult>& segmentations,
                                                          int threads);

}  // namespace tessera
