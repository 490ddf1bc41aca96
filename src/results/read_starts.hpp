#pragma once

#include <map>
#include <string>

#include "storage/file_reader.hpp"
#include "tessera/model_start.hpp"

namespace tessera::results {

/// By segmentation; none where an earlier version wrote the file. Throws Error(kBadData) if the table is damaged.
[[nodiscard]] std::map<std::string, ModelStart> read_starts(const storage::FileReader& reader);

}  // namespace tessera::results
