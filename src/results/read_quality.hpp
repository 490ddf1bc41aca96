#pragma once

#include <cstddef>
#include <string>

#include "storage/file_reader.hpp"
#include "tessera/choice_of_k.hpp"

namespace tessera::results {

/// How k was chosen and how good the core segments are, of the segmentation at `path` with so many segments; empty
/// where an earlier version wrote the file. Throws Error(kBadData) if the file is damaged.
[[nodiscard]] CoreQuality read_quality(const storage::FileReader& reader, const std::string& path,
                                       std::size_t n_segments);

}  // namespace tessera::results
