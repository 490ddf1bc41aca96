#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// An account's rows by category (code in the source's dictionary), ascending.
using CategoryCounts = std::vector<std::pair<std::int32_t, std::uint64_t>>;

/// A code below 0 is none, and not counted.
void add_category(CategoryCounts& counts, std::int32_t category, std::uint64_t n_rows);

/// By account, its counts.
using CountsOfAccounts = std::vector<const CategoryCounts*>;

/// The category of most rows, of equals the first by name; missing without any.
[[nodiscard]] Column commonest_category(const std::string& source, std::string name, const CountsOfAccounts& accounts,
                                        const std::vector<std::string>& dictionary);

/// Collective. Columns "share_X": the share of an account's rows with a category that is X, for the 16 categories of
/// most rows and for those among `named`. A named one that no row has is warned of; `what` names the categories.
[[nodiscard]] std::vector<Column> category_shares(const Context& context, const std::string& source,
                                                  const std::string& what, const CountsOfAccounts& accounts,
                                                  const std::vector<std::string>& dictionary,
                                                  const std::vector<std::string>& named);

}  // namespace tessera::intake
