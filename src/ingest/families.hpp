#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/needed_column.hpp"
#include "ingest/unmatched_keys.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Names of what parents give to accounts.
namespace derived {
inline constexpr std::string_view kFamily = "family", kFamilyAccounts = "family_accounts",
                                  kFamilyValue = "family_value", kIsParent = "is_parent";
}

/// Those that this source gives; none where it is not the population or has no parents.
[[nodiscard]] std::vector<std::string> family_columns(const Job& job, std::size_t source);
[[nodiscard]] ColumnType family_type(std::string_view name) noexcept;

/// The column of parents, if there is one.
[[nodiscard]] std::vector<NamedColumn> named_by_families(const Job& job, std::size_t source);

/// Collective. The columns of families: who is at the root of the account's family (its id), how many accounts are in
/// it, what they are worth together, and whether the account is somebody's parent. `accounts` has its keys, ids and
/// places in the whole; `parents` are ids as `format` is to read them, a text by account; `values` may be null.
///
/// A parent that is no account counts as none, as does an account that names itself. Where parents go in a circle, the
/// account with the lowest key loses its own. Both are listed in `unmatched` and warned of. Roots are found by pointer
/// jumping (Wyllie 1979): as many rounds as the depth has binary digits.
[[nodiscard]] std::vector<Column> find_families(const Context& context, const AccountTable& accounts,
                                                const SourceSpec& spec, std::size_t source, const TextColumn& parents,
                                                const std::vector<double>* values, UnmatchedKeys& unmatched);

}  // namespace tessera::intake
