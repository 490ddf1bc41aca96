#include "results/content_parts.hpp"
#include "results/names.hpp"
#include "storage/schema_evolution.hpp"
#include "storage/schema_quality.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::RowsOf;

void add_starts(Content& content, const std::vector<SegmentationResult>& segmentations) {
  using Row = SegmentationResult;
  Entry& entry = content.add_table(std::string(schema::starts::kPath), RowsOf::kRoot, segmentations.size());
  RowColumns(content, entry, segmentations)
      .add(schema::starts::kSegmentation, [](const Row& row) { return row.spec.name; })
      .add_category(schema::starts::kStart, [](const Row& row) { return name_of(row.start.kind); })
      .add(schema::starts::kWhy, [](const Row& row) { return row.start.why; })
      .add(schema::starts::kFreshNight, [](const Row& row) { return row.start.fresh_night; })
      .add(schema::starts::kFreshInertia, [](const Row& row) { return row.start.fresh_inertia; })
      .add(schema::starts::kInertia, [](const Row& row) { return row.start.inertia; })
      .add(schema::starts::kContent, [](const Row& row) { return row.start.content; })
      .add(schema::starts::kMoved, [](const Row& row) { return row.start.moved_by_model; })
      .add(schema::starts::kStep, [](const Row& row) { return row.start.step; })
      .add(schema::starts::kCost, [](const Row& row) { return row.start.cost; });
}

void add_moves(Content& content, const std::string& path, const std::vector<MoveCount>& moves) {
  const std::string evolution = child_path(path, schema::segmentation::kEvolution);
  Entry& entry = content.add_table(child_path(evolution, schema::evolution::kReasons), RowsOf::kRoot, moves.size());
  RowColumns(content, entry, moves)
      .add_category(schema::reasons::kLevel, [](const MoveCount& row) { return name_of(row.level); })
      .add(schema::reasons::kFrom, &MoveCount::from)
      .add(schema::reasons::kTo, &MoveCount::to)
      .add(schema::reasons::kAccounts, &MoveCount::accounts)
      .add(schema::reasons::kOwnData, &MoveCount::own_data)
      .add(schema::reasons::kCentres, &MoveCount::centres)
      .add(schema::reasons::kJob, &MoveCount::job)
      .add(schema::reasons::kBoth, &MoveCount::both)
      .add(schema::reasons::kUnknown, &MoveCount::unknown);
}

}  // namespace tessera::results
