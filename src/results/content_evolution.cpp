#include <algorithm>
#include <utility>

#include "results/content_parts.hpp"
#include "results/names.hpp"
#include "storage/schema_evolution.hpp"
#include "storage/segment_memory.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::RowsOf;

namespace {

/// Rows of last night's table by the ids that they have there.
CategoryColumn ids_of(const std::vector<std::int32_t>& rows, const std::vector<Segment>& last) {
  CategoryColumn column{rows, {}};
  for (const Segment& segment : last) column.categories.push_back(segment.id);
  return column;
}

/// −1: in no segment of the level on one of the nights; 1: in another.
std::vector<std::int8_t> moved(const std::vector<std::int32_t>& was, const std::vector<std::int32_t>& is,
                               const std::vector<std::int32_t>& last_of) {
  std::vector<std::int8_t> moved(was.size(), -1);
  for (std::size_t i = 0; i < was.size(); ++i)
    if (was[i] >= 0 && is[i] >= 0) moved[i] = last_of[static_cast<std::size_t>(is[i])] == was[i] ? 0 : 1;
  return moved;
}

void add_ledger(Content& content, const std::string& path, const std::vector<LedgerLine>& lines) {
  namespace columns = schema::ledger;
  Entry& entry = content.add_table(child_path(path, schema::evolution::kLedger), RowsOf::kRoot, lines.size());
  RowColumns(content, entry, lines)
      .add_category(columns::kLevel, [](const LedgerLine& line) { return name_of(line.level); })
      .add_category(columns::kFate, [](const LedgerLine& line) { return tessera::name_of(line.fate); })
      .add(columns::kId, &LedgerLine::id)
      .add(columns::kName, &LedgerLine::name)
      .add(columns::kSegment, &LedgerLine::segment)
      .add(columns::kAccountsBefore, &LedgerLine::accounts_before)
      .add(columns::kAccountsAfter, &LedgerLine::accounts_after)
      .add(columns::kStayed, &LedgerLine::stayed)
      .add(columns::kParts, &LedgerLine::parts)
      .add(columns::kAbsorbed, &LedgerLine::absorbed)
      .add(columns::kOther, &LedgerLine::other)
      .add(columns::kStory, &LedgerLine::story);
}

void add_migration(Content& content, const std::string& path, const std::vector<MigrationLine>& lines) {
  namespace columns = schema::migration;
  Entry& entry = content.add_table(child_path(path, schema::evolution::kMigration), RowsOf::kRoot, lines.size());
  RowColumns(content, entry, lines)
      .add_category(columns::kLevel, [](const MigrationLine& line) { return name_of(line.level); })
      .add_category(columns::kFrom, &MigrationLine::from)
      .add_category(columns::kTo, &MigrationLine::to)
      .add(columns::kAccounts, &MigrationLine::accounts)
      .add(columns::kValue, &MigrationLine::value);
}

Entry& add_retired(Content& content, const std::string& path, const std::vector<RetiredSegment>& retired) {
  namespace columns = schema::retired;
  Entry& entry = content.add_table(path, RowsOf::kRoot, retired.size());
  RowColumns(content, entry, retired)
      .add(columns::kId, &RetiredSegment::id)
      .add_category(columns::kLevel, [](const RetiredSegment& one) { return name_of(one.level); })
      .add(columns::kName, &RetiredSegment::name)
      .add(columns::kNight, &RetiredSegment::night)
      .add(columns::kFollowedBy, &RetiredSegment::followed_by)
      .add(columns::kRule, &RetiredSegment::rule)
      .add(columns::kColour, &RetiredSegment::colour);
  return entry;
}

}  // namespace

void add_memory(Content& content, Entry& entry, const std::vector<Segment>& segments) {
  RowColumns rows(content, entry, segments);
  for (const storage::MemoryColumn& one : storage::kMemoryColumns)
    rows.add(one.column, [text = one.member](const Segment& row) -> const std::string& { return row.memory.*text; });
  rows.add(schema::segment_memory::kIsOutliers, &Segment::is_outliers);
}

void add_last_assignment(Content& content, Entry& entry, const SegmentationResult& segmentation) {
  namespace columns = schema::last_assignment;
  const Succession& succession = *segmentation.succession;
  for (const auto& [column, rows] :
       {std::pair(&columns::kMacro, &succession.was.macro), std::pair(&columns::kCore, &succession.was.core),
        std::pair(&columns::kMicro, &succession.was.micro)})
    entry.table.columns.push_back(column_of(*column, content.keep(ids_of(*rows, succession.last))));
  const bool has_cores = segmentation.k > 0;
  const SegmentAssignment& tonight = segmentation.assignment;
  entry.table.columns.push_back(column_of(
      columns::kMoved, content.keep(moved(has_cores ? succession.was.core : succession.was.macro,
                                          has_cores ? tonight.core : tonight.macro, succession.evolution.last_of))));
}

void add_evolution(Content& content, const std::string& path, const SegmentationResult& segmentation) {
  if (segmentation.highest_id > 0)  // what was scored gets no ids of its own
    content.add_attribute(path, schema::segment_memory::kHighestId, segmentation.highest_id);
  if (!segmentation.succession) return;
  const std::string evolution = child_path(path, schema::segmentation::kEvolution);
  content.add_attribute(evolution, schema::evolution::kSince, segmentation.succession->since);
  add_ledger(content, evolution, segmentation.succession->ledger);
  add_migration(content, evolution, segmentation.succession->migration);
  add_retired(content, child_path(evolution, schema::evolution::kRetired), segmentation.succession->retired);
}

void add_dormant(Content& content, const std::vector<DormantSegmentation>& dormant) {
  namespace columns = schema::dormant;
  if (dormant.empty()) return;
  Entry& names = content.add_table(std::string(columns::kSegmentations), RowsOf::kRoot, dormant.size());
  RowColumns(content, names, dormant)
      .add(columns::kSegmentation, &DormantSegmentation::name)
      .add(columns::kHighestId, &DormantSegmentation::highest_id);
  std::vector<RetiredSegment> segments;
  std::vector<std::string> whose;
  for (const DormantSegmentation& one : dormant) {
    segments.insert(segments.end(), one.segments.begin(), one.segments.end());
    whose.resize(segments.size(), one.name);
  }
  Entry& entry = add_retired(content, std::string(columns::kSegments), segments);
  RowColumns(content, entry, whose).add_category(columns::kSegmentation, [](const std::string& name) { return name; });
}

}  // namespace tessera::results
