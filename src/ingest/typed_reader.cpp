#include "ingest/typed_reader.hpp"

#include <type_traits>

#include "core/utf8.hpp"
#include "ingest/cell.hpp"
#include "ingest/forgotten_ids.hpp"
#include "ingest/limits.hpp"
#include "ingest/text_copy.hpp"

namespace tessera::intake {

TypedReader::TypedReader(std::uint32_t source, const CsvSource& files, const SourcePlan& plan, const Learns& learns)
    : source_(source), files_(files), plan_(plan), learns_(learns), reader_(files) {
  for (std::size_t c = 0; c < plan.columns.size(); ++c) columns_.emplace_back(plan.columns[c], learns[c]);
}

/// Keeps the memory of rows that this pass has read before.
void TypedReader::clear(BlockRows& rows) const {
  rows.places.clear();
  rows.ids.bytes.clear();
  rows.ids.ends.clear();
  rows.keys.clear();
  rows.good.clear();
  std::size_t stored = 0;
  for (const ColumnPlan& column : plan_.columns) {
    if (!column.stored) continue;
    if (rows.columns.size() == stored) rows.columns.push_back(no_values(column.type));
    std::visit(
        [](auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, TextColumn>) {
            values.bytes.clear();
            values.ends.clear();
          } else {
            values.clear();
          }
        },
        rows.columns[stored++]);
  }
}

void TypedReader::read(const InputFile& file, const Block& block, BlockRows& rows) {
  clear(rows);
  for (reader_.open(file, block); reader_.read();) read_batch(rows);
}

void TypedReader::read_batch(BlockRows& rows) {
  for (const auto& [place, fault] : reader_.refused()) refuse(place, fault.column, fault.reason, fault.text);
  const std::size_t n = reader_.size();
  const std::size_t first = rows.places.size();
  rows_read_ += reader_.refused().size() + n;
  for (std::size_t r = 0; r < n; ++r) rows.places.push_back(reader_.place(r));
  refused_.assign(n, false);
  if (plan_.door) stop_forgotten();
  read_keys(rows);
  std::size_t stored = 0;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const bool is_stored = plan_.columns[c].stored;
    if (!is_stored && !learns_[c]) continue;
    CellValues nothing;
    bad_.clear();
    reader_.cells(c, cells_);
    columns_[c].read(cells_, is_stored ? rows.columns[stored++] : nothing, bad_);
    for (BadCell& bad : bad_) {
      if (refused_[bad.row]) continue;
      refused_[bad.row] = true;
      refuse(rows.places[first + bad.row], static_cast<int>(c), std::move(bad.reason), bad.text);
    }
  }
  for (std::size_t r = 0; r < n; ++r) {
    if (!refused_[r]) rows.good.push_back(static_cast<std::uint32_t>(first + r));
  }
}

/// Before any cell is judged: of accounts that are to be forgotten nothing gets into the quarantine.
void TypedReader::stop_forgotten() {
  const std::vector<std::size_t> columns = plan_.door->id_columns();
  std::vector<std::vector<std::string_view>> ids(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) reader_.cells(columns[i], ids[i]);
  std::vector<std::string_view> row(columns_.size());
  for (std::size_t r = 0; r < reader_.size(); ++r) {
    for (std::size_t i = 0; i < columns.size(); ++i) row[columns[i]] = ids[i][r];
    refused_[r] = plan_.door->stops(row);
  }
}

void TypedReader::read_keys(BlockRows& rows) {
  const std::size_t first = rows.places.size() - reader_.size();
  reader_.cells(plan_.key, cells_);
  made_ids_.clear();
  for (std::size_t r = 0; r < cells_.size(); ++r) {
    const std::string_view cell = cells_[r];
    const std::string_view bare = trimmed(cell);
    bool is_id = true;
    if (bare.empty() || plan_.key_format == KeyFormat::kTrimmed) {
      cells_[r] = bare;
    } else if (plan_.key_format != KeyFormat::kText) {
      std::optional<std::string> made = account_id(cell, plan_.key_format);
      is_id = made.has_value();
      cells_[r] = made_ids_.emplace_back(std::move(made).value_or(""));
    }
    const char* const fault = bare.empty()                    ? "blank key"
                              : !is_id                        ? "the key is not an integer"
                              : cells_[r].size() > kLongestId ? "the key is longer than 1 KiB"
                                                              : nullptr;
    if (refused_[r] || fault == nullptr) continue;
    refused_[r] = true;
    refuse(rows.places[first + r], static_cast<int>(plan_.key), fault, cell);
  }
  append_texts(
      cells_.size(), [&](std::size_t r) { return cells_[r]; }, rows.ids);
  for (const std::string_view id : cells_) rows.keys.push_back(account_key(id));
}

void TypedReader::refuse(const RowPlace& place, int column, std::string reason, std::string_view text) {
  QuarantinedRow row{source_, files_.files[place.file].path, place.line, {}, std::move(reason), shown(text)};
  if (column != Fault::kWholeRow) row.column = files_.columns[static_cast<std::size_t>(column)];
  quarantine_.push_back(std::move(row));
}

}  // namespace tessera::intake
