#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/account_table.hpp"

namespace tessera {

/// Where the cells of a feature come from: a column of the table, or (nullptr) a column of the matrix.
struct CellSource {
  const Column* column = nullptr;
  std::size_t matrix_column = 0;
};

/// The source that an encoded feature's `column` names: a column of the table, else the number of a matrix column;
/// nothing if there is neither.
[[nodiscard]] std::optional<CellSource> find_cells(const AccountTable& accounts, std::string_view column);

/// Cells of many accounts at once, as doubles: a number, a date's day, a flag's 0 or 1, a category's code; NaN is
/// missing.
///
/// Rows are walked in chunks, one after the other. A chunk of a matrix is read from the file into a bounded buffer, so
/// a matrix is never held whole; a table without a matrix is one chunk. Inside a chunk cells() may be called from any
/// thread.
class CellReader {
 public:
  /// Accounts that cells() is asked for at once, so that a caller's work stays in the first-level cache: a multiple of
  /// a tile.
  static constexpr std::size_t kBlock = 256;

  /// `rows` are local rows of the table. `sources` are those that will be asked for.
  CellReader(const AccountTable& accounts, std::span<const std::uint32_t> rows, std::span<const CellSource> sources);

  /// Calls work(begin, end) for chunks of positions in `rows`; begin is a multiple of kBlock. Not collective.
  void for_each_chunk(const std::function<void(std::size_t begin, std::size_t end)>& work);

  /// Cells of positions [begin, begin + out.size()), within the present chunk. Text has no cells: all missing.
  void cells(const CellSource& source, std::size_t begin, std::span<double> out) const noexcept;

 private:
  void read_chunk(std::size_t begin, std::size_t end);
  template <class Float>
  void read_rows(std::size_t begin, std::size_t end, std::vector<Float>& buffer);

  const AccountTable& accounts_;
  std::span<const std::uint32_t> rows_;
  bool reads_matrix_ = false;
  std::size_t chunk_begin_ = 0;
  std::vector<float> floats_;  ///< the chunk's rows of the matrix, in the file's type; one of the two is used
  std::vector<double> doubles_;
};

}  // namespace tessera
