#pragma once

#include <string>

#include "tessera/job.hpp"

namespace tessera {

/// What a job says that makes the core and micro segments of a segmentation what they are, as text: two jobs with the
/// same text look for the same segments, and one's model is a start for the other's. Where sources lie, how long
/// k-means may take, the day a history is seen from, names and what is said of segments are no part of it; nor are
/// macro criteria, unless segments are looked for inside macro segments. The job has the segmentation. Not collective.
[[nodiscard]] std::string what_makes_segments(const Job& job, const SegmentationSpec& segmentation);

/// The same of macro segments: criteria, and whose they are.
[[nodiscard]] std::string what_makes_macros(const Job& job, const SegmentationSpec& segmentation);

}  // namespace tessera
