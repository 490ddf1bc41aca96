#pragma once

#include <cstdint>
#include <limits>
#include <variant>
#include <vector>

#include "tessera/account_table.hpp"

namespace tessera::intake {

inline constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
inline constexpr std::int32_t kNoCode = -1;
inline constexpr std::int8_t kNoFlag = -1;

/// The values of one stored column: numbers; codes or days; flags; texts. Which it is follows from the column's type.
using CellValues = std::variant<std::vector<double>, std::vector<std::int32_t>, std::vector<std::int8_t>, TextColumn>;

[[nodiscard]] inline CellValues no_values(ColumnType type) {
  switch (type) {
    case ColumnType::kNumber:
      return std::vector<double>();
    case ColumnType::kCategory:
    case ColumnType::kDate:
      return std::vector<std::int32_t>();
    case ColumnType::kFlag:
      return std::vector<std::int8_t>();
    case ColumnType::kText:
      break;
  }
  return TextColumn();
}

}  // namespace tessera::intake
