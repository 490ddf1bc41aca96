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

namespace tessera::storage {

inline constexpr const char* kAdvice =
    "The file is damaged, or was changed after it was written: put it back from a copy, or build that night again.";

[[noreturn]] inline void refuse(const std::string& where, const std::string& what) {
  throw Error(ExitCode::kBadData, fmt::format("{}: {}. {}", where, what, kAdvice));
}

/// A results file of the version that this program writes, or Error(kBadData).
inline void check_format(const FileReader& reader, const std::string& path) {
  const std::string root(schema::root::kPath);
  const std::string attribute(schema::root::kFormatAttribute);
  const bool has_format = reader.has_attribute(root, attribute);
  if (!has_format || reader.text(root, attribute) != schema::kFormat)
    throw Error(ExitCode::kBadData, fmt::format("{}: is an HDF5 file, but no results file of Tessera", path));
  const std::int64_t version = reader.integer(root, std::string(schema::root::kVersion));
  if (version != schema::kFormatVersion)
    throw Error(ExitCode::kBadData,
                fmt::format("{}: is of format version {}, and this program reads {}: read it with the version of "
                            "Tessera that wrote it",
                            path, version, schema::kFormatVersion));
}

/// The columns of one table, all of one length, by name and type.
class StoredTable {
 public:
  StoredTable(const FileReader& reader, std::string path, const schema::ColumnName& first)
      : reader_(reader), path_(std::move(path)), rows_(reader_.rows(child_path(path_, first.name))) {}

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] bool has(const schema::ColumnName& name) const { return reader_.has(child_path(path_, name.name)); }

  template <class T>
  [[nodiscard]] std::vector<T> numbers(const schema::ColumnName& name) const {
    return take<std::vector<T>>(name);
  }
  /// A column of 0 and 1.
  [[nodiscard]] std::vector<bool> flags(const schema::ColumnName& name) const {
    std::vector<bool> flags;
    for (const std::int8_t flag : numbers<std::int8_t>(name)) {
      if (flag != 0 && flag != 1) refuse(child_path(path_, name.name), fmt::format("has the flag {}", flag));
      flags.push_back(flag == 1);
    }
    return flags;
  }
  /// A text or category column; a missing category is empty.
  [[nodiscard]] std::vector<std::string> texts(const schema::ColumnName& name) const {
    const OwnedCells cells = cells_of(name);
    std::vector<std::string> texts(rows_);
    if (const auto* column = std::get_if<TextColumn>(&cells)) {
      for (std::size_t i = 0; i < rows_; ++i) texts[i] = column->at(i);
    } else if (const auto* category = std::get_if<CategoryColumn>(&cells)) {
      for (std::size_t i = 0; i < rows_; ++i)
        if (category->codes[i] >= 0) texts[i] = category->categories[static_cast<std::size_t>(category->codes[i])];
    } else {
      refuse(child_path(path_, name.name), "is not text");
    }
    return texts;
  }
  /// References to rows of a table of n.
  [[nodiscard]] std::vector<std::int32_t> references(const schema::ColumnName& name, std::size_t n,
                                                     bool may_be_none) const {
    std::vector<std::int32_t> rows = numbers<std::int32_t>(name);
    for (const std::int32_t row : rows)
      if (row < (may_be_none ? -1 : 0) || row >= static_cast<std::int64_t>(n))
        refuse(child_path(path_, name.name), fmt::format("names row {} of a table of {}", row, n));
    return rows;
  }

 private:
  [[nodiscard]] OwnedCells cells_of(const schema::ColumnName& name) const {
    const std::string path = child_path(path_, name.name);
    if (reader_.rows(path) != rows_) refuse(path, "is not as long as its table");
    return reader_.read(path, 0, rows_);
  }
  template <class Wanted>
  [[nodiscard]] Wanted take(const schema::ColumnName& name) const {
    OwnedCells cells = cells_of(name);
    if (auto* wanted = std::get_if<Wanted>(&cells); wanted != nullptr && row_count(view(cells), 1) == rows_)
      return std::move(*wanted);
    refuse(child_path(path_, name.name), "is of another type");
  }

  const FileReader& reader_;
  std::string path_;
  std::size_t rows_;
};

/// Puts a column into a member of every row.
template <class Row, class Cell>
void fill(std::vector<Row>& rows, std::vector<Cell> cells, Cell Row::*member) {
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*member = std::move(cells[i]);
}

}  // namespace tessera::storage
