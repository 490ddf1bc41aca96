#include "results/read_starts.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/iso_date.hpp"
#include "results/names.hpp"
#include "results/stored_table.hpp"
#include "storage/schema_evolution.hpp"
#include "storage/schema_quality.hpp"
#include "tessera/errors.hpp"
#include "tessera/night_story.hpp"

namespace tessera::results {

namespace {

namespace columns = storage::schema::starts;

void check(const std::string& path, const ModelStart& start) {
  const auto is_known = [](double inertia) {
    return std::isnan(inertia) || (inertia >= 0.0 && std::isfinite(inertia));
  };
  if (!start.fresh_night.empty() && !parse_iso_date(start.fresh_night))
    refuse(path, fmt::format("has the date \"{}\"", start.fresh_night));
  if (!is_known(start.fresh_inertia) || !is_known(start.inertia)) refuse(path, "has an inertia that is none");
}

}  // namespace

std::map<std::string, ModelStart> read_starts(const storage::FileReader& reader) {
  std::map<std::string, ModelStart> starts;
  const std::string path(columns::kPath);
  if (!reader.has(path)) return starts;
  const StoredTable table(reader, path, columns::kSegmentation);
  std::vector<ModelStart> rows(table.rows());
  fill(rows, table.texts(columns::kWhy), &ModelStart::why);
  fill(rows, table.texts(columns::kFreshNight), &ModelStart::fresh_night);
  fill(rows, table.numbers<double>(columns::kFreshInertia), &ModelStart::fresh_inertia);
  fill(rows, table.numbers<double>(columns::kInertia), &ModelStart::inertia);
  fill(rows, table.texts(columns::kContent), &ModelStart::content);
  fill(rows, table.numbers<std::int64_t>(columns::kMoved), &ModelStart::moved_by_model);
  fill(rows, table.numbers<double>(columns::kStep), &ModelStart::step);
  fill(rows, table.numbers<double>(columns::kCost), &ModelStart::cost);
  const std::vector<std::string> kinds = table.texts(columns::kStart);
  const std::vector<std::string> names = table.texts(columns::kSegmentation);
  for (std::size_t s = 0; s < rows.size(); ++s) {
    const std::optional<StartKind> kind = start_kind_of(kinds[s]);
    if (!kind) refuse(path, fmt::format("has the start \"{}\"", kinds[s]));
    rows[s].kind = *kind;
    check(path, rows[s]);
    starts[names[s]] = std::move(rows[s]);
  }
  return starts;
}

std::vector<MoveCount> read_moves(const storage::FileReader& reader, const std::string& path, std::size_t n_segments) {
  namespace schema = storage::schema;
  namespace reasons = schema::reasons;
  const std::string evolution = storage::child_path(path, schema::segmentation::kEvolution);
  const std::string table_path = storage::child_path(evolution, schema::evolution::kReasons);
  if (!reader.has(evolution) || !reader.has(table_path)) return {};
  const StoredTable table(reader, table_path, reasons::kFrom);
  std::vector<MoveCount> moves(table.rows());
  fill(moves, table.texts(reasons::kFrom), &MoveCount::from);
  fill(moves, table.references(reasons::kTo, n_segments, true), &MoveCount::to);
  fill(moves, table.numbers<std::int64_t>(reasons::kOwnData), &MoveCount::own_data);
  fill(moves, table.numbers<std::int64_t>(reasons::kCentres), &MoveCount::centres);
  fill(moves, table.numbers<std::int64_t>(reasons::kJob), &MoveCount::job);
  fill(moves, table.numbers<std::int64_t>(reasons::kBoth), &MoveCount::both);
  fill(moves, table.numbers<std::int64_t>(reasons::kUnknown), &MoveCount::unknown);
  const std::vector<std::string> levels = table.texts(reasons::kLevel);
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const std::optional<Level> level = level_of(levels[i]);
    if (!level) refuse(table_path, fmt::format("has the level \"{}\"", levels[i]));
    moves[i].level = *level;
  }
  return moves;
}

}  // namespace tessera::results

namespace tessera {

std::map<std::string, NightStory> read_night_stories(const std::string& path) {
  namespace schema = storage::schema;
  const storage::FileReader reader = results::open_results(path);
  std::map<std::string, NightStory> stories;
  for (auto& [name, start] : results::read_starts(reader)) {
    const std::string group = storage::child_path(schema::segmentation::kParent, name);
    const std::string segments = storage::child_path(group, schema::segmentation::kSegments);
    const results::StoredTable table(reader, segments, schema::segments::kId);
    stories[name] = {std::move(start), results::read_moves(reader, group, table.rows())};
  }
  return stories;
}

}  // namespace tessera
