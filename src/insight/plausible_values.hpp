#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"

namespace tessera::insight {

/// What a missing cell of one column may well hold, by group of accounts. Values are as CellReader gives cells: a
/// number, a date's day, a flag's 0 or 1, a category's code.
struct PlausibleValues {
  std::vector<std::vector<double>> by_group;
  [[nodiscard]] std::size_t most() const noexcept;
};

/// Collective. `group_of`: by local account, in [0, n_groups). A number or date has the 5, 25, 50, 75 and 95 %
/// quantiles of its group; a category or flag the values that at least 1 % of the group's accounts with a value have,
/// the commonest
/// 32. A group without values has those of all accounts. Text has none.
[[nodiscard]] PlausibleValues plausible_values(const Context& context, const Column& column,
                                               std::span<const std::int32_t> group_of, std::size_t n_groups);

}  // namespace tessera::insight
