#include "evolve/stored_night.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "storage/schema.hpp"
#include "storage/schema_evolution.hpp"
#include "storage/segment_memory.hpp"
#include "storage/stored_table.hpp"

namespace tessera::evolve {

namespace {

namespace schema = storage::schema;
using storage::child_path;
using storage::fill;
using storage::refuse;
using storage::StoredTable;

Level level_of(const std::string& path, const std::string& word) {
  constexpr std::array<std::pair<schema::Name, Level>, 3> kLevels = {{{schema::segments::kMacroLevel, Level::kMacro},
                                                                      {schema::segments::kCoreLevel, Level::kCore},
                                                                      {schema::segments::kMicroLevel, Level::kMicro}}};
  for (const auto& [name, level] : kLevels)
    if (name == word) return level;
  refuse(path, fmt::format("has a segment of the unknown level \"{}\"", word));
}

/// The number of the highest id among them.
std::int64_t check_segments(const std::string& path, const std::vector<Segment>& segments) {
  std::set<std::int64_t> numbers;
  for (const Segment& segment : segments) {
    const std::optional<std::int64_t> number = segment_number(segment.id);
    if (!number) refuse(path, fmt::format("has a segment with the id \"{}\"", segment.id));
    if (!numbers.insert(*number).second) refuse(path, fmt::format("has two segments with the id {}", segment.id));
    if (segment.accounts < 0) refuse(path, fmt::format("has {} accounts in {}", segment.accounts, segment.id));
    const bool needs_parent = segment.level == Level::kMicro;
    const bool may_have_parent = segment.level != Level::kMacro;
    if (segment.parent < 0 ? needs_parent : !may_have_parent)
      refuse(path, fmt::format("has a segment {} that has a parent and may not, or lacks one", segment.id));
    if (segment.parent >= 0 && segments[static_cast<std::size_t>(segment.parent)].level >= segment.level)
      refuse(path, fmt::format("has a segment {} that is no part of its parent's level", segment.id));
  }
  return numbers.empty() ? 0 : *numbers.rbegin();
}

std::vector<Segment> read_segments(const storage::FileReader& reader, const std::string& path) {
  namespace columns = schema::segments;
  const StoredTable table(reader, path, columns::kId);
  std::vector<Segment> segments(table.rows());
  fill(segments, table.texts(columns::kId), &Segment::id);
  fill(segments, table.references(columns::kParent, segments.size(), true), &Segment::parent);
  fill(segments, table.texts(columns::kName), &Segment::name);
  fill(segments, table.texts(columns::kRule), &Segment::rule);
  fill(segments, table.numbers<std::int64_t>(columns::kAccounts), &Segment::accounts);
  fill(segments, table.numbers<std::int64_t>(columns::kCustomers), &Segment::customers);
  fill(segments, table.numbers<std::int64_t>(columns::kProspects), &Segment::prospects);
  fill(segments, table.numbers<std::int64_t>(columns::kContactable), &Segment::contactable);
  fill(segments, table.numbers<double>(columns::kValue), &Segment::value);
  const std::vector<std::string> levels = table.texts(columns::kLevel);
  for (std::size_t i = 0; i < segments.size(); ++i) segments[i].level = level_of(path, levels[i]);
  storage::read_memory(table, segments);
  return segments;
}

std::vector<RetiredSegment> read_retired(const storage::FileReader& reader, const std::string& group) {
  namespace columns = schema::retired;
  const std::string path = child_path(child_path(group, schema::segmentation::kEvolution), schema::evolution::kRetired);
  if (!reader.has(path)) return {};
  const StoredTable table(reader, path, columns::kId);
  std::vector<RetiredSegment> retired(table.rows());
  fill(retired, table.texts(columns::kId), &RetiredSegment::id);
  fill(retired, table.texts(columns::kName), &RetiredSegment::name);
  fill(retired, table.texts(columns::kNight), &RetiredSegment::night);
  fill(retired, table.texts(columns::kFollowedBy), &RetiredSegment::followed_by);
  const std::vector<std::string> levels = table.texts(columns::kLevel);
  for (std::size_t i = 0; i < retired.size(); ++i) retired[i].level = level_of(path, levels[i]);
  return retired;
}

LastSegmentation read_told(const storage::FileReader& reader, const std::string& group) {
  LastSegmentation told;
  told.name = reader.text(group, std::string(schema::kName));
  const std::string path = child_path(group, schema::segmentation::kSegments);
  told.segments = read_segments(reader, path);
  told.highest_id = check_segments(path, told.segments);
  told.retired = read_retired(reader, group);
  const std::string highest(schema::segment_memory::kHighestId);
  if (!reader.has_attribute(group, highest)) return told;
  const std::int64_t stated = reader.integer(group, highest);
  if (stated < told.highest_id || !segment_number(segment_id(stated)))
    refuse(group, fmt::format("says that {} is its highest id, and has {}", stated, told.highest_id));
  told.highest_id = stated;
  return told;
}

}  // namespace

std::vector<StoredSegmentation> read_stored_segmentations(const storage::FileReader& reader) {
  const std::string parent(schema::segmentation::kParent);
  std::vector<std::pair<std::int64_t, std::string>> groups;
  for (const std::string& link : reader.children(parent)) {
    // A link is a path's part already: child_path would escape it again.
    std::string group = fmt::format("{}/{}", parent, link);
    const std::int64_t position = reader.integer(group, std::string(schema::segmentation::kPosition));
    groups.emplace_back(position, std::move(group));
  }
  std::ranges::sort(groups);
  std::vector<StoredSegmentation> segmentations;
  for (const auto& [position, group] : groups) segmentations.push_back({group, read_told(reader, group)});
  return segmentations;
}

}  // namespace tessera::evolve
