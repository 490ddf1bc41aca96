#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parallel/communicator.hpp"
#include "storage/table.hpp"
#include "tessera/account_key.hpp"

namespace tessera::results {

/// A sum of hashes mod 2^128: the same in any order, over any ranks and threads.
struct HashSum {
  std::uint64_t hi = 0;
  std::uint64_t lo = 0;
  void add(HashSum other) noexcept {
    lo += other.lo;
    hi += other.hi + (lo < other.lo ? 1 : 0);
  }
  friend bool operator==(const HashSum&, const HashSum&) = default;
};
/// 32 hex digits.
[[nodiscard]] std::string to_hex(HashSum sum);

/// What stands for each row of a table in its hash: the account's key, or else the row's place.
struct RowKeys {
  std::span<const AccountKey> keys;     ///< empty: see rows
  std::span<const std::uint64_t> rows;  ///< numbers in place of keys; empty: first, first + 1, …
  std::uint64_t first = 0;
  [[nodiscard]] AccountKey at(std::size_t i) const noexcept {
    if (!keys.empty()) return keys[i];
    return {0, rows.empty() ? first + i : rows[i]};
  }
  /// Those of the rows from `begin` on.
  [[nodiscard]] RowKeys from(std::size_t begin) const noexcept;
};

/// Σ XXH3-128 over (path, key of the row, bytes of the cell) mod 2^128. A category is its text, so that codes may
/// differ; all NaN are one; a missing category is told from an empty one. Not collective.
[[nodiscard]] HashSum hash_column(std::string_view path, const storage::Cells& cells, std::size_t width,
                                  const RowKeys& keys, int threads);

/// Collective: adds over ranks, element-wise.
[[nodiscard]] std::vector<HashSum> all_sum(const parallel::Communicator& comm, std::span<const HashSum> mine);

}  // namespace tessera::results
