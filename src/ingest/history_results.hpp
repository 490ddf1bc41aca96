#pragma once

#include <string>
#include <vector>

#include "ingest/history_fold.hpp"
#include "ingest/history_rows.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// Collective. The columns that a history gives to accounts: those of derived_columns(), then the shares, which are of
/// the 16 categories with the most rows and of those among `named` (names as "share_X"). `folds` are by account.
[[nodiscard]] std::vector<Column> columns_of_history(const Context& context, const History& history,
                                                     const std::vector<Fold>& folds,
                                                     const std::vector<std::string>& named);

}  // namespace tessera::intake
