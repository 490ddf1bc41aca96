#pragma once

#include <cstdint>
#include <optional>

#include "ingest/account_folds.hpp"
#include "ingest/history_rows.hpp"
#include "ingest/limits.hpp"
#include "ingest/quarantine.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// What became of the rows on this rank, but for those that reached an owner.
struct HistoryCounts {
  std::uint64_t rows_read = 0;
  std::uint64_t unmatched = 0;  ///< not in the lookup, or without an account there
};

/// Collective. The day after the newest date of the history's rows that pass, or of its lookup's where the dates lie;
/// nothing where there is no date. `newest_read` is this rank's newest in the history itself, or kMissingDate.
[[nodiscard]] std::optional<std::int32_t> day_after_newest(const Context& context, const History& history,
                                                           std::int32_t newest_read);

/// Collective. Reads the history's rows in rounds of bounded size, brings them to their lookup if there is one, folds
/// them by account, and brings the folds to the accounts' owners. Rows themselves are never kept. Throws
/// Error(kNoInput).
[[nodiscard]] HistoryCounts fold_history(const Context& context, const History& history, const Limits& limits,
                                         FoldOwner& owner, Quarantine& quarantine);

}  // namespace tessera::intake
