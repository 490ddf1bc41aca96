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

}  // namespace tessera::evolve
