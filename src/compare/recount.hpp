#pragma once

#include <span>
#include <string>
#include <vector>

#include "storage/file_reader.hpp"
#include "tessera/drift.hpp"

namespace tessera::compare {

/// The accounts of a results file in the bins of another one's: `in_population` is by row of /accounts. A feature that
/// the file does not store, or as another type, has no bins.
[[nodiscard]] std::vector<FeatureDistribution> recount(const storage::FileReader& reader,
                                                       std::vector<FeatureDistribution> bins,
                                                       std::span<const std::uint8_t> in_population);

}  // namespace tessera::compare
