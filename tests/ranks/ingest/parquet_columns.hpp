#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tessera/job.hpp"

namespace tessera::test {

/// A column as Arrow holds it, and its cells as a CSV file would write them.
struct ParquetColumn {
  std::string name;
  ColumnType type = ColumnType::kText;
  std::shared_ptr<arrow::Array> cells;
  std::vector<std::string> texts;
};

/// A column of every type that a cell can be, with nulls, and "id", without; always the same for n.
[[nodiscard]] std::vector<ParquetColumn> parquet_columns(std::size_t n);
[[nodiscard]] ParquetColumn text_column(const std::string& name, const std::vector<std::string>& texts);
[[nodiscard]] ParquetColumn days_column(const std::string& name, const std::vector<std::int32_t>& days_since_1970);
/// One row that holds a list.
[[nodiscard]] ParquetColumn list_column(const std::string& name);

/// The bytes of a file.
[[nodiscard]] std::string parquet_of(const std::vector<ParquetColumn>& columns, std::int64_t rows_a_group);
[[nodiscard]] std::string csv_of(const std::vector<ParquetColumn>& columns);

}  // namespace tessera::test
