#pragma once

#include <vector>

#include "ingest/block_plan.hpp"

namespace tessera::intake {

/// All blocks of a source that one process reads by itself, without MPI; no file of it is packed. Throws
/// Error(kBadData) for a quote that is never closed, as plan_blocks() does.
[[nodiscard]] std::vector<Block> plan_blocks_alone(const CsvSource& source, const Limits& limits);

}  // namespace tessera::intake
