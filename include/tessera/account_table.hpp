#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tessera/account_key.hpp"
#include "tessera/job.hpp"

namespace tessera {

namespace storage {
class MatrixFile;
}

/// Strings of n_local accounts, end to end. An empty string is a missing value.
struct TextColumn {
  std::vector<std::uint64_t> ends;  ///< n_local; text i is bytes [ends[i-1], ends[i])
  std::string bytes;
  [[nodiscard]] std::size_t size() const noexcept { return ends.size(); }
  [[nodiscard]] std::string_view at(std::size_t i) const noexcept {
    const std::uint64_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(bytes).substr(begin, ends[i] - begin);
  }
  void push_back(std::string_view text) {
    bytes += text;
    ends.push_back(bytes.size());
  }
};

struct NumberColumn {
  std::vector<double> values;  ///< n_local; NaN: missing; never infinite
};

struct CategoryColumn {
  std::vector<std::int32_t> codes;      ///< n_local; −1: missing
  std::vector<std::string> categories;  ///< sorted by bytes, the same on every rank
};

struct FlagColumn {
  std::vector<std::int8_t> values;  ///< n_local; 0, 1, or −1: missing
};

inline constexpr std::int32_t kMissingDate = std::numeric_limits<std::int32_t>::min();

struct DateColumn {
  std::vector<std::int32_t> days;  ///< n_local; days since 1970-01-01, or kMissingDate
};

/// One column of the account table. The alternative of `data` matches `type`.
struct Column {
  std::string source;
  std::string name;
  ColumnType type = ColumnType::kNumber;
  std::variant<NumberColumn, CategoryColumn, FlagColumn, DateColumn, TextColumn> data;
  bool missing_is_never = false;  ///< a number of days: missing says that it never happened, not that nobody knows
  bool is_sensitive = false;      ///< by [privacy] sensitive: its values may make segments, but nobody is shown them
  [[nodiscard]] std::string full_name() const { return source + "." + name; }
};

/// The accounts of this rank, in canonical order; the ranks in order hold the whole population in canonical order.
///
/// For a CSV population accounts are ordered by (key, id) and every account has its id in `ids`. For a matrix
/// population the order is that of the rows, ids are row numbers and nothing is stored for them.
struct AccountTable {
  std::uint64_t n_global = 0;
  std::uint64_t first_global = 0;  ///< position of this rank's first account in the canonical order
  std::size_t n_local = 0;

  std::vector<AccountKey> keys;  ///< n_local; empty for a matrix population
  TextColumn ids;                ///< n_local; empty for a matrix population
  std::vector<Column> columns;   ///< in the order of the sources and of their columns

  std::shared_ptr<const storage::MatrixFile> matrix;  ///< matrix population only: the open data set, read in blocks
  std::vector<std::uint64_t> matrix_rows;  ///< n_local rows of the data set, ascending; empty: row = first_global + i

  [[nodiscard]] bool is_matrix() const noexcept { return matrix != nullptr; }
  [[nodiscard]] std::uint64_t matrix_row(std::size_t i) const noexcept {
    return matrix_rows.empty() ? first_global + i : matrix_rows[i];
  }
  [[nodiscard]] AccountKey key(std::size_t i) const noexcept {
    return is_matrix() ? AccountKey{0, matrix_row(i)} : keys[i];
  }
  [[nodiscard]] std::string id(std::size_t i) const {
    return is_matrix() ? std::to_string(matrix_row(i)) : std::string(ids.at(i));
  }

  /// The column that the job means by `text` (an exact bare name wins over source.column), or nullptr if there is none,
  /// or more than one bare match.
  [[nodiscard]] const Column* find(std::string_view text) const noexcept;
};

}  // namespace tessera
