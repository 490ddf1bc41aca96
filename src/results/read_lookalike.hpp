#pragma once

#include <string>
#include <vector>

#include "storage/file_reader.hpp"
#include "tessera/results.hpp"

namespace tessera::results {

/// What /lookalike tells, but for the likeness of each account and the encoding of the factors beyond their names,
/// where the file has it. Throws Error(kBadData) if the file is damaged.
[[nodiscard]] std::optional<Lookalike> read_lookalike(const storage::FileReader& reader);

/// The likeness of prospects by segment of the segmentation at `path`; empty where the file has none.
[[nodiscard]] std::vector<SegmentLikeness> read_segment_likeness(const storage::FileReader& reader,
                                                                 const std::string& path, std::size_t n_segments);

}  // namespace tessera::results
