#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ingest/row_packing.hpp"
#include "tessera/account_table.hpp"

namespace tessera::intake {

/// One row for each account that came, in canonical order: by key, then by id.
struct Winners {
  std::vector<AccountKey> keys;
  std::vector<std::uint32_t> rows;    ///< index into the arrived rows: the account's last by sequence
  std::vector<std::uint32_t> copies;  ///< rows of the account, the winner included
};

/// Finds them, on this many threads. Two ids with one key are two accounts. Throws Error(kInternal) past 2^32 − 2 rows
/// on one rank.
[[nodiscard]] Winners find_winners(const ArrivedRows& rows, int threads);

inline constexpr std::uint32_t kNoRow = 0xFFFFFFFF;

/// The same column with the rows picked, in their order; missing where kNoRow.
[[nodiscard]] Column pick(Column&& column, std::span<const std::uint32_t> rows);
[[nodiscard]] TextColumn pick(const TextColumn& texts, std::span<const std::uint32_t> rows);
/// The same for several columns, a task each, on this many threads.
[[nodiscard]] std::vector<Column> pick_all(std::vector<Column> columns, std::span<const std::uint32_t> rows,
                                           int threads);

/// For each account of the table the winner's place in `winners`, by key and id, or kNoRow.
[[nodiscard]] std::vector<std::uint32_t> match(const AccountTable& accounts, const ArrivedRows& rows,
                                               const Winners& winners);

}  // namespace tessera::intake
