#pragma once

#include "tessera/context.hpp"
#include "tessera/ingest.hpp"

namespace tessera::intake {

/// Collective. A matrix as the population: its rows in their order, in contiguous runs by rank. One pass finds the rows
/// with NaN or infinities, which are quarantined. Throws as ingest() does.
[[nodiscard]] Ingested ingest_matrix(const Context& context, const Job& job, const SourceHead& head);

}  // namespace tessera::intake
