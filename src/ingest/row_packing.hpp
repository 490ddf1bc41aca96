#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ingest/column_plan.hpp"
#include "ingest/typed_reader.hpp"
#include "tessera/account_table.hpp"

namespace tessera::intake {

/// The good rows of a block, by the rank that owns their account.
struct RowsByOwner {
  std::vector<std::uint32_t> rows;   ///< into the block's rows, owner after owner
  std::vector<std::uint32_t> first;  ///< n_ranks + 1: where each owner's begin
  [[nodiscard]] std::span<const std::uint32_t> of(std::size_t owner) const noexcept {
    return std::span(rows).subspan(first[owner], first[owner + 1] - first[owner]);
  }
};
[[nodiscard]] RowsByOwner rows_by_owner(const BlockRows& block, int n_ranks);

/// Bytes of the message that pack_rows() writes.
[[nodiscard]] std::size_t packed_size(const BlockRows& block, std::span<const std::uint32_t> rows);
/// Writes some rows of a block, column after column: sequence, key, id, and the stored columns. `reader` is the number
/// of the reader, on this rank, whose dictionaries the codes are of.
void pack_rows(const BlockRows& block, std::span<const std::uint32_t> rows, std::uint32_t reader, std::byte* out);

/// So many codes in a row come from the dictionaries of one reader of one rank.
struct CodeRun {
  std::uint32_t rank = 0;
  std::uint32_t reader = 0;
  std::uint64_t rows = 0;
};

/// Rows that came to their owner, in columns, in no set order.
struct ArrivedRows {
  std::vector<std::uint64_t> sequence;
  std::vector<AccountKey> keys;
  TextColumn ids;
  std::vector<Column> columns;  ///< the stored ones
  std::vector<CodeRun> runs;    ///< whose codes categories have, until the plan is settled
};
[[nodiscard]] ArrivedRows no_rows(const std::string& source, const SourcePlan& plan, std::size_t expected_rows);
/// Appends the messages of one exchange, by the rank that sent them, on this many threads.
void unpack_rows(const std::vector<std::vector<std::byte>>& messages, int threads, ArrivedRows& rows);

}  // namespace tessera::intake
