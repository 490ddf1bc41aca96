#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/column_plan.hpp"
#include "ingest/limits.hpp"
#include "ingest/quarantine.hpp"
#include "ingest/shuffle.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// A source whose rows have come to their owners.
struct SourceRows {
  Shuffled shuffled;
  Quarantine quarantine;  ///< this rank's bad rows
};

/// Collective. Reads all of a source, settling reading.plan on the way (of which only the door counts before), and
/// brings its rows to their owners. `none_quarantined` is what a quarantine begins as. Throws Error(kNoInput, kBadJob).
[[nodiscard]] SourceRows read_source(const Context& context, const SourceSpec& spec, SourceReading& reading,
                                     const std::vector<ColumnWishes>& wishes, const Quarantine& none_quarantined,
                                     const Limits& limits);

struct Learnt {
  std::int32_t newest = kMissingDate;  ///< day that this rank's good rows have in the column asked for
  std::uint64_t rows_read = 0;         ///< by this rank, good or not
};

/// Collective. For rows that are not kept: reads all of a source into typed columns, to settle reading.plan and to find
/// the newest day in a column. Throws Error(kNoInput, kBadJob).
[[nodiscard]] Learnt learn_source(const Context& context, const SourceSpec& spec, SourceReading& reading,
                                  const std::vector<ColumnWishes>& wishes, std::optional<std::size_t> newest_of_column,
                                  const Limits& limits);

}  // namespace tessera::intake
