#include "evolve/stored_accounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "storage/schema.hpp"
#include "storage/stored_table.hpp"

namespace tessera::evolve {

namespace {

namespace schema = storage::schema;
using storage::refuse;

std::string path_of(const schema::ColumnName& column) {
  return storage::child_path(schema::accounts::kPath, column.name);
}

}  // namespace

StoredAccounts::StoredAccounts(const storage::FileReader& reader) : reader_(reader) {
  constexpr std::uint64_t kMostRows = std::uint64_t{1} << 16;
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 24;
  const std::string ids = path_of(schema::accounts::kAccountId);
  rows_ = reader.rows(ids);
  rows_at_a_time_ =
      std::clamp<std::uint64_t>(kMostBytes / std::max<std::uint64_t>(1, reader.row_bytes(ids)), 1, kMostRows);
  is_matrix_ = std::holds_alternative<std::vector<std::uint64_t>>(reader.read(ids, 0, 0));
  const std::string values = path_of(schema::accounts::kValue);
  has_values_ = reader.has(values);
  if (has_values_ && reader.rows(values) != rows_) refuse(values, "is not as long as its table");
}

AccountNames StoredAccounts::names(std::uint64_t first, std::uint64_t count) const {
  const std::string path = path_of(schema::accounts::kAccountId);
  storage::OwnedCells cells = reader_.read(path, first, count);
  AccountNames names;
  if (const auto* rows = std::get_if<std::vector<std::uint64_t>>(&cells); rows != nullptr && is_matrix_) {
    for (const std::uint64_t row : *rows) names.keys.push_back({0, row});
  } else if (auto* ids = std::get_if<TextColumn>(&cells)) {
    names.ids = std::move(*ids);
    for (std::size_t i = 0; i < count; ++i) names.keys.push_back(account_key(names.ids->at(i)));
  }
  if (names.keys.size() != count) refuse(path, "is no column of ids");
  return names;
}

std::vector<double> StoredAccounts::values(std::uint64_t first, std::uint64_t count) const {
  if (!has_values_) return {};
  const std::string path = path_of(schema::accounts::kValue);
  storage::OwnedCells cells = reader_.read(path, first, count);
  auto* values = std::get_if<std::vector<double>>(&cells);
  if (values == nullptr || values->size() != count) refuse(path, "is no column of numbers");
  return std::move(*values);
}

std::uint64_t StoredAccounts::lower_bound(PlaceInOrder place) const {
  std::uint64_t first = 0, end = rows_;
  while (first < end) {
    const std::uint64_t middle = first + (end - first) / 2;
    if (names(middle, 1).view().at(0) < place)
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

StoredLevel::StoredLevel(const storage::FileReader& reader, std::string path, std::vector<bool> is_of_level)
    : reader_(reader), path_(std::move(path)), is_of_level_(std::move(is_of_level)) {}

std::vector<std::int32_t> StoredLevel::rows(std::uint64_t first, std::uint64_t count) const {
  storage::OwnedCells cells = reader_.read(path_, first, count);
  auto* rows = std::get_if<std::vector<std::int32_t>>(&cells);
  if (rows == nullptr || rows->size() != count) refuse(path_, "is no column of rows of the segments table");
  for (const std::int32_t row : *rows) {
    const bool is_known = row == -1 || (row >= 0 && static_cast<std::size_t>(row) < is_of_level_.size() &&
                                        is_of_level_[static_cast<std::size_t>(row)]);
    if (!is_known) refuse(path_, fmt::format("names row {}, which is no segment of its level", row));
  }
  return std::move(*rows);
}

}  // namespace tessera::evolve
