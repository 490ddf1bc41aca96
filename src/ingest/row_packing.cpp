#include "ingest/row_packing.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <utility>

#include "ingest/cell.hpp"
#include "ingest/forgotten_ids.hpp"
#include "ingest/utf8.hpp"
#include "ingest/written_number.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// What a cell turned out to be wrong with; empty: nothing.
using Complaint = std::string;

Complaint pack_number(const ColumnPlan& plan, std::string_view cell, WireWriter& out) {
  const std::optional<double> value = parse_number(cell, plan.decimal);
  if (!value) return "not a number";
  if (plan.min && *value < *plan.min) return fmt::format("below the minimum of {}", *plan.min);
  if (plan.max && *value > *plan.max) return fmt::format("above the maximum of {}", *plan.max);
  out.put(*value);
  return {};
}

Complaint pack_flag(std::string_view cell, WireWriter& out) {
  const std::optional<bool> value = parse_flag(cell);
  if (!value) return "not a flag";
  out.put<std::int8_t>(*value ? 1 : 0);
  return {};
}

Complaint pack_date(const ColumnPlan& plan, std::string_view cell, WireWriter& out) {
  const DateReading reading = read_date(cell);
  const std::optional<std::int32_t> days = plan.month_first ? reading.month_first : reading.day_first;
  if (!days) return plan.month_first ? "not a date (year, or month and day, first)" : "not a date (year or day first)";
  out.put(*days);
  return {};
}

Complaint pack_category(const ColumnPlan& plan, std::string_view cell, WireWriter& out) {
  const auto found = plan.codes.find(cell);
  if (found == plan.codes.end())
    throw Error(ExitCode::kNoInput,
                fmt::format("column \"{}\" has a value now that it did not have a moment ago: a file was changed while "
                            "being read. Start again once the delivery is complete",
                            plan.name));
  out.put(found->second);
  return {};
}

void pack_missing(ColumnType type, WireWriter& out) {
  switch (type) {
    case ColumnType::kNumber:
      return out.put(kNoNumber);
    case ColumnType::kFlag:
      return out.put<std::int8_t>(-1);
    case ColumnType::kDate:
      return out.put(kMissingDate);
    case ColumnType::kCategory:
      return out.put<std::int32_t>(-1);
    case ColumnType::kText:
      return out.put_text({});
  }
}

Complaint pack_present(const ColumnPlan& plan, std::string_view cell, WireWriter& out) {
  switch (plan.type) {
    case ColumnType::kNumber:
      return pack_number(plan, trimmed(cell), out);
    case ColumnType::kFlag:
      return pack_flag(trimmed(cell), out);
    case ColumnType::kDate:
      return pack_date(plan, trimmed(cell), out);
    case ColumnType::kCategory:
      return pack_category(plan, trimmed(cell), out);
    case ColumnType::kText:
      out.put_text(cell);
      return {};
  }
  return {};
}

Complaint pack_cell(const ColumnPlan& plan, std::string_view cell, WireWriter& out) {
  if (plan.verbatim) {
    out.put_text(cell);
    return {};
  }
  if (is_missing(trimmed(cell))) {
    if (plan.missing_is_refused) return "missing";
    pack_missing(plan.type, out);
    return {};
  }
  Complaint complaint = pack_present(plan, cell, out);
  if (complaint.empty() || !plan.bad_cell_becomes_missing) return complaint;
  if (plan.missing_is_refused) return complaint;
  pack_missing(plan.type, out);
  return {};
}

void unpack_cell(WireReader& in, Column& column) {
  switch (column.type) {
    case ColumnType::kNumber:
      return std::get<NumberColumn>(column.data).values.push_back(in.get<double>());
    case ColumnType::kFlag:
      return std::get<FlagColumn>(column.data).values.push_back(in.get<std::int8_t>());
    case ColumnType::kDate:
      return std::get<DateColumn>(column.data).days.push_back(in.get<std::int32_t>());
    case ColumnType::kCategory:
      return std::get<CategoryColumn>(column.data).codes.push_back(in.get<std::int32_t>());
    case ColumnType::kText:
      return std::get<TextColumn>(column.data).push_back(in.view_text());
  }
}

Column empty_column(const std::string& source, const ColumnPlan& plan) {
  Column column{source, plan.name, plan.type, {}};
  switch (plan.type) {
    case ColumnType::kNumber:
      column.data = NumberColumn{};
      break;
    case ColumnType::kFlag:
      column.data = FlagColumn{};
      break;
    case ColumnType::kDate:
      column.data = DateColumn{};
      break;
    case ColumnType::kCategory:
      column.data = CategoryColumn{{}, plan.categories};
      break;
    case ColumnType::kText:
      column.data = TextColumn{};
      break;
  }
  return column;
}

}  // namespace

int owner_of(AccountKey key, int n_ranks) noexcept {
  return static_cast<int>(static_cast<unsigned __int128>(key.hi) * static_cast<unsigned>(n_ranks) >> 64U);
}

void JudgingSink::row(const RowPlace& place, std::span<const std::string_view> cells) {
  ++rows_read_;
  if (const std::optional<Fault> fault = judge(place, cells)) set_aside(place, *fault);
}

std::optional<Fault> JudgingSink::judge(const RowPlace& place, std::span<const std::string_view> cells) {
  if (plan_.door && plan_.door->stops(cells)) return std::nullopt;
  const auto fault = [&](std::size_t column, std::string reason) {
    return Fault{static_cast<int>(column), std::move(reason), cells[column]};
  };
  const std::optional<std::string> id = account_id(cells[plan_.key], plan_.key_format);
  if (!id) return fault(plan_.key, "the key is not an integer");
  if (id->empty()) return fault(plan_.key, "blank key");
  cells_.clear();
  for (std::size_t c = 0; c < plan_.columns.size(); ++c) {
    if (!plan_.columns[c].stored) continue;
    Complaint complaint = pack_cell(plan_.columns[c], cells[c], cells_);
    if (!complaint.empty()) return fault(c, std::move(complaint));
  }
  std::optional<Fault> late = accept(place, *id, cells_.bytes());
  if (late) late->text = cells[static_cast<std::size_t>(late->column)];
  return late;
}

void JudgingSink::refused(const RowPlace& place, const Fault& fault) {
  ++rows_read_;
  set_aside(place, fault);
}

void JudgingSink::set_aside(const RowPlace& place, const Fault& fault) {
  QuarantinedRow row{source_, files_.files[place.file].path, place.line, {}, fault.reason, shown(fault.text)};
  if (fault.column != Fault::kWholeRow) row.column = files_.columns[static_cast<std::size_t>(fault.column)];
  quarantine_.push_back(std::move(row));
}

std::optional<Fault> PackingSink::accept(const RowPlace& place, std::string_view id, std::string_view cells) {
  const int owner = owner_of(account_key(id), static_cast<int>(packed_.size()));
  WireWriter& out = packed_[static_cast<std::size_t>(owner)];
  out.put(place.sequence);
  out.put_text(id);
  out.append(cells);
  return std::nullopt;
}

ArrivedRows no_rows(const std::string& source, const SourcePlan& plan) {
  ArrivedRows rows;
  for (const ColumnPlan& column : plan.columns) {
    if (column.stored) rows.columns.push_back(empty_column(source, column));
  }
  return rows;
}

void unpack_rows(std::string_view packed, ArrivedRows& rows) {
  WireReader in(packed);
  while (!in.done()) {
    rows.sequence.push_back(in.get<std::uint64_t>());
    rows.ids.push_back(in.view_text());
    for (Column& column : rows.columns) unpack_cell(in, column);
  }
}

}  // namespace tessera::intake
