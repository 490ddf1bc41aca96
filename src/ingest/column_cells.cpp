#include "ingest/column_cells.hpp"

namespace tessera::intake {

Column empty_like(const Column& column) {
  Column empty{column.source, column.name, column.type, {}, column.missing_is_never};
  switch (column.type) {
    case ColumnType::kNumber:
      empty.data = NumberColumn{};
      break;
    case ColumnType::kCategory:
      empty.data = CategoryColumn{{}, std::get<CategoryColumn>(column.data).categories};
      break;
    case ColumnType::kFlag:
      empty.data = FlagColumn{};
      break;
    case ColumnType::kDate:
      empty.data = DateColumn{};
      break;
    case ColumnType::kText:
      empty.data = TextColumn{};
      break;
  }
  return empty;
}

std::string_view text_at(const Column& column, std::size_t i) {
  if (const auto* texts = std::get_if<TextColumn>(&column.data)) return texts->at(i);
  const auto& cells = std::get<CategoryColumn>(column.data);
  return cells.codes[i] < 0 ? std::string_view() : cells.categories[static_cast<std::size_t>(cells.codes[i])];
}

void put_cell(const Column& column, std::size_t row, WireWriter& out) {
  switch (column.type) {
    case ColumnType::kNumber:
      return out.put(std::get<NumberColumn>(column.data).values[row]);
    case ColumnType::kCategory:
      return out.put(std::get<CategoryColumn>(column.data).codes[row]);
    case ColumnType::kFlag:
      return out.put(std::get<FlagColumn>(column.data).values[row]);
    case ColumnType::kDate:
      return out.put(std::get<DateColumn>(column.data).days[row]);
    case ColumnType::kText:
      return out.put_text(std::get<TextColumn>(column.data).at(row));
  }
}

void take_cell(WireReader& in, Column& column) {
  switch (column.type) {
    case ColumnType::kNumber:
      return std::get<NumberColumn>(column.data).values.push_back(in.get<double>());
    case ColumnType::kCategory:
      return std::get<CategoryColumn>(column.data).codes.push_back(in.get<std::int32_t>());
    case ColumnType::kFlag:
      return std::get<FlagColumn>(column.data).values.push_back(in.get<std::int8_t>());
    case ColumnType::kDate:
      return std::get<DateColumn>(column.data).days.push_back(in.get<std::int32_t>());
    case ColumnType::kText:
      return std::get<TextColumn>(column.data).push_back(in.view_text());
  }
}

}  // namespace tessera::intake
