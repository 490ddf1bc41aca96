#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "ingest/column_plan.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// A column of an enrichment, and the column of accounts of which it fills the missing cells.
struct FillColumn {
  std::size_t own = 0;
  ColumnPlace target;
};

/// What an enrichment fills: as the job says, else the columns of the same name of the population or, where it has no
/// such column, of the first source of accounts that has; never a key.
[[nodiscard]] std::vector<FillColumn> fill_columns(const Job& job, const std::vector<SourceHead>& heads,
                                                   std::size_t source);

/// Adds a mistake for each of `fills` that cannot be.
void check_enrichment(const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                      std::vector<std::string>& mistakes);

/// Makes wishes of an enrichment's columns that fill others: they are read as what they fill is, by its plan and by
/// what the job says of it. `specs` keeps what the wishes point to.
void wish_as_targets(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourcePlan>& plans,
                     std::size_t source, std::vector<ColumnWishes>& wishes, std::deque<ColumnSpec>& specs);

/// Throws Error(kBadJob), with every mistake, where a column is of another type than the one that it is to fill.
void check_fill_types(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourcePlan>& plans);

}  // namespace tessera::intake
