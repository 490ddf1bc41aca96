#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/file_reader.hpp"
#include "tessera/evolve.hpp"

namespace tessera::results {

/// The ledger, the migration and the retired of the segmentation at `path`; nothing: its first night.
[[nodiscard]] std::optional<Succession> read_evolution(const storage::FileReader& reader, const std::string& path,
                                                       std::size_t n_segments);

}  // namespace tessera::results
