#pragma once

#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// The head of one source, read by this process alone: what read_heads() has rank 0 do. Not collective, and no MPI.
/// Throws Error(kNoInput, kBadData).
[[nodiscard]] SourceHead read_head(const SourceSpec& spec);

}  // namespace tessera::intake
