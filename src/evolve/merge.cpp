#include "evolve/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "storage/schema.hpp"
#include "storage/stored_table.hpp"

namespace tessera::evolve {

namespace {

namespace schema = storage::schema;

constexpr std::size_t kGone = std::numeric_limits<std::size_t>::max();

struct LevelColumn {
  Level level;
  schema::ColumnName column;
  std::vector<std::int32_t> SegmentAssignment::*rows;
};
constexpr std::array<LevelColumn, 3> kLevels = {
    {{Level::kMacro, schema::assignment::kMacro, &SegmentAssignment::macro},
     {Level::kCore, schema::assignment::kCore, &SegmentAssignment::core},
     {Level::kMicro, schema::assignment::kMicro, &SegmentAssignment::micro}}};

/// `tonight` and `rows` are by row of the block: the account of tonight, and its segment last night.
void read_level(Reading& reading, std::vector<std::int32_t>& told, const std::vector<std::size_t>& tonight,
                const std::vector<std::int32_t>& rows, const std::vector<double>& values) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (tonight[i] != kGone) {
      told[tonight[i]] = rows[i];
    } else if (rows[i] >= 0) {
      const auto segment = static_cast<std::size_t>(rows[i]);
      ++reading.stored.told.gone_accounts[segment];
      if (!values.empty() && std::isfinite(values[i])) reading.gone_value[segment].add(values[i]);
    }
  }
}

}  // namespace

Reading begin_reading(const storage::FileReader& reader, StoredSegmentation&& stored, std::size_t n_tonight,
                      std::uint64_t n_accounts) {
  Reading reading;
  reading.stored = std::move(stored);
  LastSegmentation& told = reading.stored.told;
  const std::string path = storage::child_path(reading.stored.path, schema::segmentation::kAssignment);
  for (const LevelColumn& one : kLevels) {
    std::vector<bool> is_of_level;
    for (const Segment& segment : told.segments) is_of_level.push_back(segment.level == one.level);
    const std::string column = storage::child_path(path, one.column.name);
    if (reader.rows(column) != n_accounts) storage::refuse(column, "is not as long as /accounts");
    reading.levels.emplace_back(reader, column, std::move(is_of_level));
    (told.assignment.*one.rows).assign(n_tonight, -1);
  }
  told.gone_accounts.assign(told.segments.size(), 0);
  reading.gone_value.resize(told.segments.size());
  return reading;
}

Merge::Merge(NamesInOrder tonight, const StoredAccounts& accounts, std::vector<Reading>& readings)
    : tonight_(tonight), accounts_(accounts), readings_(readings), was_there_(tonight.size(), 0) {}

void Merge::read(std::uint64_t first, std::uint64_t end) {
  for (; first < end; first += std::min(accounts_.rows_at_a_time(), end - first))
    read_block(first, std::min(accounts_.rows_at_a_time(), end - first));
}

std::vector<std::size_t> Merge::find_tonight(NamesInOrder names, std::uint64_t first) {
  std::vector<std::size_t> tonight(names.size(), kGone);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const PlaceInOrder place = names.at(i);
    if (has_read_ && !(PlaceInOrder(last_key_, last_id_) < place))
      storage::refuse(std::string(schema::accounts::kPath),
                      fmt::format("is not in the order of the accounts' keys at row {}", first + i));
    while (next_ < tonight_.size() && tonight_.at(next_) < place) ++next_;
    if (next_ < tonight_.size() && tonight_.at(next_) == place) tonight[i] = next_;
    last_key_ = place.first;
    last_id_ = place.second;
    has_read_ = true;
  }
  return tonight;
}

void Merge::read_block(std::uint64_t first, std::uint64_t count) {
  const AccountNames names = accounts_.names(first, count);
  const std::vector<std::size_t> tonight = find_tonight(names.view(), first);
  for (const std::size_t i : tonight)
    if (i != kGone) was_there_[i] = 1;
  const std::vector<double> values = accounts_.values(first, count);
  for (Reading& reading : readings_)
    for (std::size_t l = 0; l < kLevels.size(); ++l)
      read_level(reading, reading.stored.told.assignment.*kLevels[l].rows, tonight,
                 reading.levels[l].rows(first, count), values);
}

}  // namespace tessera::evolve
