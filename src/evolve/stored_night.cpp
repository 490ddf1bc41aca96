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

/// An id of a segment that is no more may be given back to it, so it must be no other's.
void check_retired(const std::string& path, const std::vector<Segment>& segments,
                   const std::vector<RetiredSegment>& retired, std::int64_t highest_id) {
  std::set<std::string_view> ids;
  for (const Segment& segment : segments) ids.insert(segment.id);
  for (const RetiredSegment& one : retired)
    if (!ids.insert(one.id).second || *segment_number(one.id) > highest_id)
      refuse(path, fmt::format("has a segment {} that is no more, which is not its id alone", one.id));
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

LastSegmentation read_told(const storage::FileReader& reader, const std::string& group) {
  LastSegmentation told;
  told.name = reader.text(group, std::string(schema::kName));
  const std::string path = child_path(group, schema::segmentation::kSegments);
  told.segments = read_segments(reader, path);
  told.highest_id = check_segments(path, told.segments);
  const std::string highest(schema::segment_memory::kHighestId);
  if (reader.has_attribute(group, highest)) {  // files of earlier versions lack it
    const std::int64_t stated = reader.integer(group, highest);
    if (stated < told.highest_id || !segment_number(segment_id(stated)))
      refuse(group, fmt::format("says that {} is its highest id, and has {}", stated, told.highest_id));
    told.highest_id = stated;
  }
  const std::string evolution = child_path(group, schema::segmentation::kEvolution);
  const std::string retired = child_path(evolution, schema::evolution::kRetired);
  if (!reader.has(evolution) || !reader.has(retired)) return told;
  told.retired = read_retired(reader, retired);
  check_retired(retired, told.segments, told.retired, told.highest_id);
  return told;
}

}  // namespace

std::vector<RetiredSegment> read_retired(const storage::FileReader& reader, const std::string& path) {
  namespace columns = schema::retired;
  const StoredTable table(reader, path, columns::kId);
  std::vector<RetiredSegment> retired(table.rows());
  fill(retired, table.texts(columns::kId), &RetiredSegment::id);
  fill(retired, table.texts(columns::kName), &RetiredSegment::name);
  fill(retired, table.texts(columns::kNight), &RetiredSegment::night);
  fill(retired, table.texts(columns::kFollowedBy), &RetiredSegment::followed_by);
  if (table.has(columns::kRule)) {  // files of earlier versions lack these
    fill(retired, table.texts(columns::kRule), &RetiredSegment::rule);
    fill(retired, table.texts(columns::kColour), &RetiredSegment::colour);
  }
  const std::vector<std::string> levels = table.texts(columns::kLevel);
  for (std::size_t i = 0; i < retired.size(); ++i) {
    retired[i].level = level_of(path, levels[i]);
    if (!segment_number(retired[i].id)) refuse(path, fmt::format("has a segment with the id \"{}\"", retired[i].id));
  }
  return retired;
}

std::vector<DormantSegmentation> read_dormant(const storage::FileReader& reader) {
  namespace columns = schema::dormant;
  const std::string path(columns::kSegmentations), segments_path(columns::kSegments);
  if (!reader.has(std::string(columns::kPath))) return {};
  const StoredTable table(reader, path, columns::kSegmentation);
  std::vector<DormantSegmentation> dormant(table.rows());
  fill(dormant, table.texts(columns::kSegmentation), &DormantSegmentation::name);
  fill(dormant, table.numbers<std::int64_t>(columns::kHighestId), &DormantSegmentation::highest_id);
  std::vector<RetiredSegment> segments = read_retired(reader, segments_path);
  const std::vector<std::string> whose =
      StoredTable(reader, segments_path, columns::kSegmentation).texts(columns::kSegmentation);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto found = std::ranges::find(dormant, whose[i], &DormantSegmentation::name);
    if (found == dormant.end()) refuse(segments_path, fmt::format("has a segment of \"{}\"", whose[i]));
    found->segments.push_back(std::move(segments[i]));
  }
  for (const DormantSegmentation& one : dormant) {
    if (one.highest_id < 0 || std::ranges::count(dormant, one.name, &DormantSegmentation::name) > 1)
      refuse(path, fmt::format("has \"{}\" twice, or with the highest id {}", one.name, one.highest_id));
    check_retired(segments_path, {}, one.segments, one.highest_id);
  }
  return dormant;
}

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
