#pragma once

#include <cstdint>
#include <vector>

#include "ingest/block_plan.hpp"
#include "ingest/limits.hpp"
#include "ingest/quarantine.hpp"
#include "ingest/row_packing.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// What there is to read of one source.
struct SourceReading {
  std::uint32_t index = 0;  ///< of the source in the job
  CsvSource files;
  std::vector<Block> blocks;  ///< this rank's
  SourcePlan plan;
};

struct Shuffled {
  ArrivedRows rows;             ///< those that this rank owns
  std::uint64_t rows_read = 0;  ///< by this rank, good or not
};

/// Collective. Reads this rank's blocks and sends every good row to the rank that owns its account, in rounds of
/// bounded size. Throws Error(kNoInput).
[[nodiscard]] Shuffled shuffle_rows(const Context& context, const std::string& name, const SourceReading& reading,
                                    const Limits& limits, Quarantine& quarantine);

}  // namespace tessera::intake
