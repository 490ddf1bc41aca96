#pragma once

#include <map>
#include <string>
#include <vector>

#include "storage/file_reader.hpp"
#include "tessera/model_start.hpp"
#include "tessera/moves.hpp"

namespace tessera::results {

/// By segmentation; none where an earlier version wrote the file. Throws Error(kBadData) if the table is damaged.
[[nodiscard]] std::map<std::string, ModelStart> read_starts(const storage::FileReader& reader);

/// Why accounts moved in the segmentation at `path` with so many segments; none where there was no night before.
[[nodiscard]] std::vector<MoveCount> read_moves(const storage::FileReader& reader, const std::string& path,
                                                std::size_t n_segments);

}  // namespace tessera::results
