#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"

namespace tessera::insight {

/// Columns of a matrix population that are profiled; a wider matrix is not (its columns have no names to tell of
/// either).
inline constexpr std::size_t kMostMatrixColumns = 64;

/// Calls visit(column, cells of `rows`) for every column of the matrix, on all ranks in the same order, so that visit
/// may communicate. Columns are read several at once, below 64 MiB a rank. Collective.
void for_each_matrix_column(const Context& context, const AccountTable& accounts, std::span<const std::uint32_t> rows,
                            const std::function<void(std::size_t column, std::span<const double> cells)>& visit);

}  // namespace tessera::insight
