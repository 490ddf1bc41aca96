#include "insight/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "tessera/errors.hpp"

namespace tessera::insight {

namespace {

const char* name_of(ColumnType type) {
  switch (type) {
    case ColumnType::kNumber:
      return "number";
    case ColumnType::kCategory:
      return "category";
    case ColumnType::kFlag:
      return "flag";
    case ColumnType::kDate:
      return "date";
    case ColumnType::kText:
      break;
  }
  return "text";
}

}  // namespace

const Column& column_of(const AccountTable& accounts, const ColumnRef& ref, std::string_view role,
                        std::span<const ColumnType> types) {
  const Column* column = accounts.find(ref.text);
  if (column == nullptr)
    throw Error(ExitCode::kBadJob,
                fmt::format("{}: \"{}\" (line {}) is no column, or several sources have it: write source.column", role,
                            ref.text, ref.line),
                true);
  if (std::ranges::find(types, column->type) != types.end()) return *column;
  std::string wanted;
  for (const ColumnType type : types) wanted += (wanted.empty() ? "" : " or ") + std::string(name_of(type));
  throw Error(
      ExitCode::kBadJob,
      fmt::format("{}: \"{}\" (line {}) is a {} column, but a {} is needed; say so by [columns.{}] type = \"{}\"", role,
                  ref.text, ref.line, name_of(column->type), wanted, ref.text, name_of(types.front())),
      true);
}

std::vector<double> numbers_of(const Column& column, std::span<const std::uint32_t> rows) {
  std::vector<double> numbers(rows.size());
  if (const auto* number = std::get_if<NumberColumn>(&column.data)) {
    for (std::size_t i = 0; i < rows.size(); ++i) numbers[i] = number->values[rows[i]];
  } else {
    const auto& flags = std::get<FlagColumn>(column.data).values;
    for (std::size_t i = 0; i < rows.size(); ++i) numbers[i] = flags[rows[i]] < 0 ? std::nan("") : flags[rows[i]];
  }
  return numbers;
}

}  // namespace tessera::insight
