#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "storage/file_reader.hpp"
#include "storage/schema.hpp"
#include "storage/table.hpp"
#include "tessera/errors.hpp"

namespace tessera::results {

inline constexpr const char* kAdvice =
    "It is no results file of this version of Tessera, or it is damaged; run the night again.";

[[noreturn]] inline void refuse(const std::string& where, const std::string& what) {
  throw Error(ExitCode::kBadData, fmt::format("{}: {}. {}", where, what, kAdvice));
}

/// A results file of the version that this program writes, or Error(kBadData).
inline void check_format(const storage::FileReader& reader, const std::string& path) {
  const std::string root(storage::schema::root::kPath);
  const std::string format = reader.text(root, std::string(storage::schema::root::kFormatAttribute));
  if (format != storage::schema::kFormat)
    refuse(path, fmt::format("its format is \"{}\", not \"{}\"", format, storage::schema::kFormat));
  const std::int64_t version = reader.integer(root, std::string(storage::schema::root::kVersion));
  if (version != storage::schema::kFormatVersion)
    refuse(path,
           fmt::format("its format version is {}; this program reads {}", version, storage::schema::kFormatVersion));
}

/// The columns of one table, all of one length, by name and type.
class StoredTable {
 public:
  StoredTable(const storage::FileReader& reader, std::string path, const storage::schema::ColumnName& first)
      : reader_(reader), path_(std::move(path)), rows_(reader_.rows(storage::child_path(path_, first.name))) {}

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] bool has(const storage::schema::ColumnName& name) const {
    return reader_.has(storage::child_path(path_, name.name));
  }

  template <class T>
  [[nodiscard]] std::vector<T> numbers(const storage::schema::ColumnName& name) const {
    return take<std::vector<T>>(name);
  }
  /// A column of 0 and 1.
  [[nodiscard]] std::vector<bool> flags(const storage::schema::ColumnName& name) const {
    std::vector<bool> flags;
    for (const std::int8_t flag : numbers<std::int8_t>(name)) {
      if (flag != 0 && flag != 1) refuse(storage::child_path(path_, name.name), fmt::format("has the flag {}", flag));
      flags.push_back(flag == 1);
    }
    return flags;
  }
  /// A text or category column; a missing category is empty.
  [[nodiscard]] std::vector<std::string> texts(const storage::schema::ColumnName& name) const {
    const storage::OwnedCells cells = cells_of(name);
    std::vector<std::string> texts(rows_);
    if (const auto* column = std::get_if<TextColumn>(&cells)) {
      for (std::size_t i = 0; i < rows_; ++i) texts[i] = column->at(i);
    } else if (const auto* category = std::get_if<CategoryColumn>(&cells)) {
      for (std::size_t i = 0; i < rows_; ++i)
        if (category->codes[i] >= 0) texts[i] = category->categories[static_cast<std::size_t>(category->codes[i])];
    } else {
      refuse(storage::child_path(path_, name.name), "is not text");
    }
    return texts;
  }
  /// References to rows of a table of n.
  [[nodiscard]] std::vector<std::int32_t> references(const storage::schema::ColumnName& name, std::size_t n,
                                                     bool may_be_none) const {
    std::vector<std::int32_t> rows = numbers<std::int32_t>(name);
    for (const std::int32_t row : rows)
      if (row < (may_be_none ? -1 : 0) || row >= static_cast<std::int64_t>(n))
        refuse(storage::child_path(path_, name.name), fmt::format("names row {} of a table of {}", row, n));
    return rows;
  }

 private:
  [[nodiscard]] storage::OwnedCells cells_of(const storage::schema::ColumnName& name) const {
    const std::string path = storage::child_path(path_, name.name);
    if (reader_.rows(path) != rows_) refuse(path, "is not as long as its table");
    return reader_.read(path, 0, rows_);
  }
  template <class Wanted>
  [[nodiscard]] Wanted take(const storage::schema::ColumnName& name) const {
    storage::OwnedCells cells = cells_of(name);
    if (auto* wanted = std::get_if<Wanted>(&cells);
        wanted != nullptr && storage::row_count(storage::view(cells), 1) == rows_)
      return std::move(*wanted);
    refuse(storage::child_path(path_, name.name), "is of another type");
  }

  const storage::FileReader& reader_;
  std::string path_;
  std::size_t rows_;
};

/// Puts a column into a member of every row.
template <class Row, class Cell>
void fill(std::vector<Row>& rows, std::vector<Cell> cells, Cell Row::*member) {
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*member = std::move(cells[i]);
}

}  // namespace tessera::results
