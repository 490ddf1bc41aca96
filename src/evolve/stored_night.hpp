#pragma once

#include <string>
#include <vector>

#include "storage/file_reader.hpp"
#include "tessera/evolve.hpp"

namespace tessera::evolve {

/// A segmentation of a results file but for its accounts.
struct StoredSegmentation {
  std::string path;  ///< of its group
  LastSegmentation told;
};

/// The segmentations of a results file, in the order of their job. Not collective. Throws Error(kBadData) for what no
/// run writes: ids twice or of another form, parents and levels that do not fit.
[[nodiscard]] std::vector<StoredSegmentation> read_stored_segmentations(const storage::FileReader& reader);

/// The segmentations that the job of a results file did not have any more. Throws as above.
[[nodiscard]] std::vector<DormantSegmentation> read_dormant(const storage::FileReader& reader);

/// Rows of a table of segments that are no more. Throws as above.
[[nodiscard]] std::vector<RetiredSegment> read_retired(const storage::FileReader& reader, const std::string& path);

}  // namespace tessera::evolve
