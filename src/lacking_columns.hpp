#pragma once

#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/stored_model.hpp"

namespace tessera {

/// A column that a stored model goes by and the accounts do not have.
struct LackingColumn {
  std::string source;  ///< empty: not known
  std::string name;
  ColumnType type = ColumnType::kNumber;
};

/// Of all models, or of one: each column once. Not collective; the same on every rank.
[[nodiscard]] std::vector<LackingColumn> lacking_columns(const StoredModels& night, const AccountTable& accounts);
[[nodiscard]] std::vector<LackingColumn> lacking_columns(const StoredModels& night, const StoredModel& model,
                                                         const AccountTable& accounts);

/// Adds them, missing for every account: the models then fill them as they fill missing cells. Warns of each, and of
/// the accounts whose category no model has met. Collective.
void complete_columns(const Context& context, const StoredModels& night, AccountTable& accounts);

}  // namespace tessera
