#pragma once

#include <string>

#include "storage/file_reader.hpp"
#include "tessera/results.hpp"

namespace tessera::results {

/// What a segmentation is for, from its group at `path`: objective, features, the segments of today and the trial, as
/// far as the file has them. After its segments.
void read_purpose(const storage::FileReader& reader, const std::string& path,
                  ResultsSummary::Segmentation& segmentation);

}  // namespace tessera::results
