#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ingest/block_plan.hpp"
#include "ingest/csv_source.hpp"
#include "ingest/input_file.hpp"

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

/// Takes the rows of a block, in their order.
class RowSink {
 public:
  virtual ~RowSink() = default;
  /// A row with as many cells as there are columns, all of them UTF-8 without NUL. The cells live until the call
  /// returns.
  virtual void row(const RowPlace& place, std::span<const std::string_view> cells) = 0;
  virtual void refused(const RowPlace& place, const Fault& fault) = 0;
};

/// Reads the rows that start in a block, past its end if need be. Blank lines are no rows where there is more than one
/// column. Rows that cannot be cut into their columns, NUL, bad UTF-8 and overlong fields are refused. Throws
/// Error(kNoInput).
void read_block(const CsvSource& source, const InputFile& file, const Block& block, RowSink& sink);

}  // namespace tessera::intake
