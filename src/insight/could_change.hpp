#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "insight/plausible_values.hpp"
#include "tessera/completeness.hpp"

namespace tessera::insight {

/// Whether a segmentation goes by a feature of the column (source.column), at any level.
[[nodiscard]] bool counts_for(const FittedSegments& segmentation, const std::string& column);

/// For each of `rows` (local rows that miss the column), whether some plausible value would put it into another segment
/// of one segmentation: set to 1 in `changed`, else left as it is. Accounts outside the segmentation stay. Not
/// collective. Accounts go in batches, so memory is bounded.
void mark_changes(const AccountTable& accounts, const Column& column, const PlausibleValues& plausible,
                  std::span<const std::int32_t> group_of, const FittedSegments& segmentation,
                  std::span<const std::uint32_t> rows, int threads, std::span<std::uint8_t> changed);

}  // namespace tessera::insight
