#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/needed_column.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Whether a source's rows are worked up, so that its columns do not become those of accounts as they are.
[[nodiscard]] constexpr bool is_folded(SourceKind kind) noexcept {
  return kind != SourceKind::kAccounts && kind != SourceKind::kMatrix && kind != SourceKind::kEnrichment;
}

/// The heads as accounts have the columns. A column of a file keeps its place; one that accounts do not get has an
/// empty name there: an enrichment's key and what fills other columns. What a source derives stands behind, or alone
/// where it is folded (of shares, those that the job names).
[[nodiscard]] std::vector<SourceHead> heads_of_accounts(const Job& job, const std::vector<SourceHead>& heads);
/// The heads as [columns] means them: those of the files, and behind them what is derived.
[[nodiscard]] std::vector<SourceHead> heads_as_described(const Job& job, const std::vector<SourceHead>& heads);
/// Of a column that a source of this kind derives.
[[nodiscard]] ColumnType derived_type(SourceKind kind, std::string_view name) noexcept;

/// Adds a mistake for each column that a source names for itself and that is nowhere.
void check_source_columns(const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                          std::vector<std::string>& mistakes);

/// A column that must be stored as a source names it.
struct NeededColumn {
  ColumnUse use;
  ColumnPlace place;
  bool verbatim = false;
};
/// Those that a source names for itself; they may lie in its lookup. They are all there, as check_source_columns()
/// makes sure of.
[[nodiscard]] std::vector<NeededColumn> needed_columns(const Job& job, const std::vector<SourceHead>& heads,
                                                       std::size_t source);

}  // namespace tessera::intake
