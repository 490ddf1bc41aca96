#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/cell_values.hpp"
#include "ingest/column_plan.hpp"
#include "ingest/column_reader.hpp"
#include "ingest/row_reader.hpp"
#include "tessera/account_key.hpp"
#include "tessera/ingest.hpp"

namespace tessera::intake {

/// The rows of some blocks in typed columns. Vectors by row have one place for each row that was cut into its columns;
/// what a bad row has there means nothing.
struct BlockRows {
  std::vector<RowPlace> places;     ///< by row
  TextColumn ids;                   ///< by row
  std::vector<AccountKey> keys;     ///< by row: of the ids
  std::vector<CellValues> columns;  ///< the plan's stored ones, by row
  std::vector<std::uint32_t> good;  ///< rows that passed, ascending
};

/// Which columns a pass over a source learns about, by column.
using Learns = std::vector<bool>;

/// Reads blocks by a source's plan, cell by cell, a column at a time; rows that fail go to the quarantine. Of one
/// thread.
class TypedReader {
 public:
  /// All but the index outlive the reader.
  TypedReader(std::uint32_t source, const CsvSource& files, const SourcePlan& plan, const Learns& learns);

  /// Makes `rows` those of this block; they are new, or of a block before it. Throws Error(kNoInput).
  void read(const InputFile& file, const Block& block, BlockRows& rows);

  [[nodiscard]] std::vector<QuarantinedRow> take_quarantine() noexcept { return std::exchange(quarantine_, {}); }
  [[nodiscard]] std::uint64_t rows_read() const noexcept { return rows_read_; }
  /// By column; only those that are stored or learnt about have read anything.
  [[nodiscard]] const std::vector<ColumnReader>& columns() const noexcept { return columns_; }

 private:
  void clear(BlockRows& rows) const;
  void read_batch(BlockRows& rows);
  void stop_forgotten();
  void read_keys(BlockRows& rows);
  void refuse(const RowPlace& place, int column, std::string reason, std::string_view text);

  std::uint32_t source_;
  const CsvSource& files_;
  const SourcePlan& plan_;
  const Learns& learns_;
  RowReader reader_;
  std::vector<ColumnReader> columns_;
  std::vector<QuarantinedRow> quarantine_;
  std::uint64_t rows_read_ = 0;

  std::vector<std::string_view> cells_;  ///< of the column at hand
  std::deque<std::string> made_ids_;     ///< of the batch at hand, where they are not the cells themselves
  std::vector<BadCell> bad_;             ///< of the column at hand
  std::vector<bool> refused_;            ///< by row of the batch at hand
};

}  // namespace tessera::intake
