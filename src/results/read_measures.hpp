#pragma once

#include <string>

#include "storage/file_reader.hpp"
#include "tessera/insight.hpp"

namespace tessera::results {

/// Fills what is measured of segments (see content_measures.cpp) from the group of a segmentation; the segments are
/// there already. Throws Error(kBadData).
void read_measures(const storage::FileReader& reader, const std::string& path, Insight& insight);

}  // namespace tessera::results
