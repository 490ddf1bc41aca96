#pragma once

#include "storage/file_reader.hpp"
#include "tessera/results.hpp"

namespace tessera::results {

/// What /ingest suggests to people, where the file has it. Throws Error(kBadData) if the file is damaged.
void read_cleaning(const storage::FileReader& reader, ResultsSummary& summary);

}  // namespace tessera::results
