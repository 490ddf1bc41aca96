#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tessera/account_table.hpp"

namespace tessera::storage {

/// Codes into texts; −1: missing. The texts are the same on every rank.
struct CategoryCells {
  std::span<const std::int32_t> codes;
  std::span<const std::string> categories;
};

/// This rank's rows of one column, seen where they lie: nothing is copied, and their owner outlives them.
using Cells =
    std::variant<std::span<const double>, std::span<const std::int64_t>, std::span<const std::uint64_t>,
                 std::span<const std::int32_t>, std::span<const std::int8_t>, const TextColumn*, CategoryCells>;

/// The same, owning: what a column read back is, and what is made only to be written.
using OwnedCells = std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::uint64_t>,
                                std::vector<std::int32_t>, std::vector<std::int8_t>, TextColumn, CategoryColumn>;

[[nodiscard]] Cells view(const OwnedCells& cells);
/// Rows in `cells` if each row is `width` numbers.
[[nodiscard]] std::size_t row_count(const Cells& cells, std::size_t width);

/// A column to be written. With `width` > 1 it is a matrix: rows × width, row-major.
struct TableColumn {
  std::string name;  ///< as people know it; escaped where it becomes a link
  std::string unit;
  std::string description;
  Cells cells;
  std::size_t width = 1;
  bool compresses = true;  ///< where it pays; false: never, as time matters more than room
};

/// Whose rows make the table: those of all ranks, end to end in rank order, or the root's alone, the others having the
/// same.
enum class RowsOf { kEveryRank, kRoot };

/// A table: a group with one data set a column. Column lengths are all `n_local`.
struct Table {
  std::string path;  ///< of the group, made of links
  RowsOf rows_of = RowsOf::kRoot;
  std::size_t n_local = 0;
  std::vector<TableColumn> columns;
};

/// An attribute of the group at `path`, which is made if it is not there.
struct Attribute {
  std::string path;
  std::string name;
  std::variant<std::int64_t, double, std::string> value;
};

/// A name as one link of a path: "%", "/" and names that HDF5 reserves are written as %XX. The file keeps the name
/// itself in the attribute `name` where the two differ.
[[nodiscard]] std::string link_name(std::string_view name);
/// "path/link_name(name)".
[[nodiscard]] std::string child_path(std::string_view path, std::string_view name);

}  // namespace tessera::storage
