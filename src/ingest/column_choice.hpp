#pragma once

#include <vector>

#include "ingest/block_plan.hpp"
#include "ingest/column_plan.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// Collective. Scans all rows of a source where a column needs it, and settles how every column is read: as the job
/// says, or by what 95 % of its cells are. The same plan on every rank, at any rank count, in any order of the rows.
[[nodiscard]] SourcePlan choose_columns(const Context& context, const SourceSpec& spec, const CsvSource& source,
                                        const std::vector<Block>& blocks, const std::vector<ColumnWishes>& wishes);

}  // namespace tessera::intake
