#pragma once

#include <string>

#include "storage/file_reader.hpp"
#include "tessera/insight.hpp"

namespace tessera::results {

/// Fills neighbours and examples of a segmentation, whose group is `path`; results that have none leave them empty.
/// Throws Error(kBadData) where a table does not fit its segments.
void read_neighbourhood(const storage::FileReader& reader, const std::string& path, Insight& insight);

}  // namespace tessera::results
