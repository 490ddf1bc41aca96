#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/block_plan.hpp"
#include "ingest/csv_source.hpp"
#include "ingest/input_file.hpp"
#include "ingest/row_split.hpp"
#include "ingest/structure_scan.hpp"
#include "ingest/text_arena.hpp"

namespace tessera::intake {

/// Where a row comes from.
struct RowPlace {
  std::uint32_t file = 0;
  std::uint64_t line = 0;      ///< 1-based line on which the row starts
  std::uint64_t sequence = 0;  ///< place of its first byte among all bodies: the order of rows, whoever reads them
};

/// Why a row is left out.
struct Fault {
  static constexpr int kWholeRow = -1;
  int column = kWholeRow;  ///< index into the source's columns
  std::string reason;
  std::string_view text;  ///< what was found, uncut; lives as long as the row
};

struct RefusedRow {
  RowPlace place;
  Fault fault;
};

/// A block's bytes and as many behind it as its last row needs; the memory serves one block after the other.
class Window {
 public:
  void open(const InputFile& file, std::uint64_t file_bytes, std::uint64_t begin, std::uint64_t bytes);
  [[nodiscard]] std::string_view text() const noexcept { return {bytes_.get(), size_}; }
  /// What is held from `at` on, and no more than the longest row: where a row ends must not depend on the block.
  [[nodiscard]] std::string_view row_bytes(std::size_t at) const noexcept;
  [[nodiscard]] bool row_bytes_end_file(std::size_t at) const noexcept;
  /// Reads on, until `bytes` are held from `at`, or the file ends. Bytes may move.
  void hold(std::size_t at, std::size_t bytes);

 private:
  void grow_to(std::uint64_t size);

  const InputFile* file_ = nullptr;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t begin_ = 0;
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Reads the rows that start in a block, past its end if need be, some at a time. Blank lines are no rows where there
/// is more than one column. Rows that cannot be cut into their columns, NUL, bad UTF-8 and overlong fields are refused.
/// What is read lives until the next read.
class RowReader {
 public:
  explicit RowReader(const CsvSource& source);

  /// Begins a block; `file` outlives its reading. Throws Error(kNoInput).
  void open(const InputFile& file, const Block& block);
  /// Reads on; false: there are no more rows. Throws Error(kNoInput).
  [[nodiscard]] bool read();

  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }  ///< good rows
  [[nodiscard]] RowPlace place(std::size_t row) const noexcept { return place_at(rows_[row].begin, rows_[row].line); }
  [[nodiscard]] const std::vector<RefusedRow>& refused() const noexcept { return refused_; }
  /// The cells of one column, by good row: UTF-8 without NUL, without their quotes. kCellPadding bytes behind each may
  /// be read. Rewritten cells are made anew at each call.
  void cells(std::size_t column, std::vector<std::string_view>& cells);

 private:
  struct Row {
    std::uint32_t first = 0;  ///< as in ScannedRow; of a row split by hand: index into by_hand_
    std::uint32_t line = 0;   ///< line feeds of the block before it
    std::uint32_t begin = 0;  ///< offset in the block
    bool by_hand = false;
  };

  [[nodiscard]] RowPlace place_at(std::size_t begin, std::uint64_t lines) const noexcept;
  void scan();
  void take_scanned(const ScannedRow& scanned);
  [[nodiscard]] bool split_next();
  void take_by_hand(std::size_t begin, std::uint64_t lines);
  void split(std::size_t begin);
  [[nodiscard]] std::string_view between(std::size_t begin, std::size_t end);

  const CsvSource& source_;
  const std::size_t n_columns_;
  Window window_;
  Block block_;
  std::size_t block_bytes_ = 0;
  std::size_t at_ = 0;       ///< begin of the next row
  std::uint64_t lines_ = 0;  ///< line feeds of the block before it

  std::vector<std::uint32_t> ends_;
  std::vector<ScannedRow> scanned_;
  std::size_t n_ends_ = 0;
  std::vector<Row> rows_;
  std::vector<std::string_view> by_hand_;  ///< cells of rows split by hand, n_columns_ a row
  std::vector<RefusedRow> refused_;
  SplitRow split_;
  TextArena arena_;
};

}  // namespace tessera::intake
