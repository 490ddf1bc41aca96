#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/job.hpp"

namespace tessera::insight {

/// The column that the job means, which ingest has found. Throws Error(kBadJob), the same on every rank, if there is
/// none or its type is none of `types`; `role` says what the job uses it for ("[value] column").
[[nodiscard]] const Column& column_of(const AccountTable& accounts, const ColumnRef& ref, std::string_view role,
                                      std::span<const ColumnType> types);

/// The cells of a number or flag column (1, 0) for some local rows; NaN: missing.
[[nodiscard]] std::vector<double> numbers_of(const Column& column, std::span<const std::uint32_t> rows);

}  // namespace tessera::insight
