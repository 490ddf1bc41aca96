#include "ingest/history_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

#include "core/iso_date.hpp"
#include "ingest/arithmetic_value.hpp"
#include "ingest/cell.hpp"

namespace tessera::intake {
namespace {

StoredCell unpacked_cell(ColumnType type, WireReader& in) {
  StoredCell cell;
  switch (type) {
    case ColumnType::kNumber:
      cell.number = in.get<double>();
      break;
    case ColumnType::kFlag:
      cell.whole = std::int32_t{in.get<std::int8_t>()};
      break;
    case ColumnType::kDate:
    case ColumnType::kCategory:
      cell.whole = in.get<std::int32_t>();
      break;
    case ColumnType::kText:
      cell.text = in.view_text();
      break;
  }
  return cell;
}

}  // namespace

HistoryRows::HistoryRows(const History& history)
    : history_(history),
      time_(part(history.columns.time)),
      category_(part(history.columns.category)),
      returns_(part(history.columns.returns)),
      cells_(history.reading.plan.columns.size()),
      values_(history.columns.operands.size()) {
  for (const ColumnPlace place : history.columns.operands) operands_.push_back(part(place));
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    if (history.reading.plan.columns[c].stored) stored_.push_back(c);
  }
  if (history.lookup != nullptr) account_ = part(history.columns.account).looked_up;
}

HistoryRows::Part HistoryRows::part(ColumnPlace place) const {
  if (place.source == history_.source) return {place.column, nullptr};
  return {0, &history_.lookup->column_at(place.column)};
}

std::optional<HistoryRows::Part> HistoryRows::part(const std::optional<ColumnPlace>& place) const {
  return place ? std::optional(part(*place)) : std::nullopt;
}

void HistoryRows::take(const BlockRows& block, std::uint32_t row) {
  for (std::size_t s = 0; s < stored_.size(); ++s) {
    StoredCell& cell = cells_[stored_[s]];
    std::visit(
        [&](const auto& values) {
          using Values = std::decay_t<decltype(values)>;
          if constexpr (std::is_same_v<Values, TextColumn>) {
            cell.text = values.at(row);
          } else if constexpr (std::is_same_v<Values, std::vector<double>>) {
            cell.number = values[row];
          } else {
            cell.whole = std::int32_t{values[row]};
          }
        },
        block.columns[s]);
  }
}

void HistoryRows::unpack(WireReader& in) {
  for (const std::size_t c : stored_) cells_[c] = unpacked_cell(history_.reading.plan.columns[c].type, in);
}

double HistoryRows::number(const Part& part, std::uint32_t lookup_row) const {
  if (part.looked_up == nullptr) return cells_[part.own].number;
  return std::get<NumberColumn>(part.looked_up->data).values[lookup_row];
}

std::string_view HistoryRows::text(const Part& part, std::uint32_t lookup_row) const {
  if (part.looked_up == nullptr) return cells_[part.own].text;
  return std::get<TextColumn>(part.looked_up->data).at(lookup_row);
}

HistoryRow HistoryRows::row(std::uint32_t lookup_row) {
  HistoryRow row;
  if (time_)
    row.day = time_->looked_up == nullptr ? cells_[time_->own].whole
                                          : std::get<DateColumn>(time_->looked_up->data).days[lookup_row];
  if (category_)
    row.category = category_->looked_up == nullptr
                       ? cells_[category_->own].whole
                       : std::get<CategoryColumn>(category_->looked_up->data).codes[lookup_row];
  const HistorySpec& spec = history_.spec.history;
  if (!spec.amount.empty()) {
    for (std::size_t i = 0; i < operands_.size(); ++i) values_[i] = number(operands_[i], lookup_row);
    row.amount = arithmetic_value(spec.amount, values_);
  }
  row.is_return = returns_ ? trimmed(text(*returns_, lookup_row)).starts_with(spec.returns->prefix) : row.amount < 0.0;
  return row;
}

std::string HistoryRows::account_of(std::uint32_t lookup_row) const {
  const std::string_view cell = std::get<TextColumn>(account_->data).at(lookup_row);
  return account_id(cell, history_.spec.key_format).value_or("");
}

void pack_link(const BlockRows& block, std::uint32_t row, WireWriter& out) {
  out.put_text(block.ids.at(row));
  out.put(block.places[row].file);
  out.put(block.places[row].line);
  for (const CellValues& column : block.columns) {
    std::visit(
        [&](const auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextColumn>) {
            out.put_text(values.at(row));
          } else {
            out.put(values[row]);
          }
        },
        column);
  }
}

std::string late_reason(std::int32_t as_of) {
  return fmt::format("after as_of = \"{}\"", iso_date(as_of));
}

}  // namespace tessera::intake
