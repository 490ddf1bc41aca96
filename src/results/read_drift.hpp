#pragma once

#include <string>

#include "storage/file_reader.hpp"
#include "tessera/results.hpp"

namespace tessera::results {

/// How the accounts of the segmentation at `path` lie in bins, and what changed since other nights; what a file of an
/// earlier version lacks is left empty. Throws Error(kBadData).
void read_drift(const storage::FileReader& reader, const std::string& path, ResultsSummary::Segmentation& segmentation);

/// What the gate said; empty where the job had none.
[[nodiscard]] GateReport read_gate(const storage::FileReader& reader);

}  // namespace tessera::results
