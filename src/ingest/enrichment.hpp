#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Fills the missing cells of `target` from `theirs`, of the same type and as long; overwrites nothing. Gives the
/// places filled, ascending. Dictionaries are joined, so theirs are the same on every rank if they were.
[[nodiscard]] std::vector<std::uint32_t> fill_missing(Column& target, const Column& theirs);

/// Takes the columns of an enrichment that fill others out of `joined` (its columns by account) and fills those, which
/// lie in `columns`, by source. What is filled is not stored where nobody needs it. `filled` is left to the caller, as
/// it takes all ranks.
[[nodiscard]] std::vector<ColumnFill> fill_from(const Job& job, const std::vector<SourceHead>& heads,
                                                std::size_t source, std::vector<Column>& joined,
                                                std::vector<std::vector<Column>>& columns);

}  // namespace tessera::intake
