#pragma once

#include "parallel/communicator.hpp"
#include "tessera/account_table.hpp"

namespace tessera::intake {

/// Collective. Takes from every dictionary the categories that no account has: rows that were quarantined, or lost to a
/// later row of the same key, leave no trace in the columns.
void keep_categories_in_use(const parallel::Communicator& comm, AccountTable& accounts);

}  // namespace tessera::intake
