#pragma once

#include <string>

#include "storage/file_reader.hpp"
#include "tessera/stored_model.hpp"

namespace tessera::results {

/// The tree of the model at `path` and where its micro segments end; none where it has no micro segments. The model's
/// segments and encodings are known. Throws Error(kBadData) if it is damaged.
void read_tree(const storage::FileReader& reader, const std::string& path, StoredModel& model);

}  // namespace tessera::results
