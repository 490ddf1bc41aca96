#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "results/names.hpp"
#include "results/read_encoding.hpp"
#include "results/read_starts.hpp"
#include "results/read_tree.hpp"
#include "results/stored_table.hpp"
#include "storage/file_reader.hpp"
#include "storage/schema.hpp"
#include "storage/schema_quality.hpp"
#include "tessera/errors.hpp"
#include "tessera/macro.hpp"
#include "tessera/resolved_job.hpp"
#include "tessera/stored_model.hpp"

namespace tessera {
namespace {

namespace schema = storage::schema;
using results::fill;
using results::refuse;
using results::StoredTable;
using storage::child_path;
using storage::FileReader;

std::vector<ColumnChoice> read_column_choices(const FileReader& reader) {
  const std::string path(schema::choices::kPath);
  const StoredTable table(reader, path, schema::choices::kColumn);
  std::vector<ColumnChoice> choices(table.rows());
  fill(choices, table.texts(schema::choices::kColumn), &ColumnChoice::column);
  fill(choices, table.flags(schema::choices::kByJob), &ColumnChoice::by_job);
  fill(choices, table.texts(schema::choices::kReason), &ColumnChoice::reason);
  if (table.has(schema::choices::kMonthFirst)) {
    fill(choices, table.flags(schema::choices::kDecimalComma), &ColumnChoice::decimal_comma);
    fill(choices, table.flags(schema::choices::kMonthFirst), &ColumnChoice::month_first);
  }
  const std::vector<std::string> types = table.texts(schema::choices::kType);
  for (std::size_t c = 0; c < choices.size(); ++c) {
    const std::optional<ColumnType> type = results::column_type_of(types[c]);
    if (!type) refuse(path, fmt::format("has a column of the unknown type \"{}\"", types[c]));
    choices[c].type = *type;
  }
  return choices;
}

std::map<std::string, std::int32_t> read_days(const FileReader& reader) {
  std::map<std::string, std::int32_t> as_of;
  const StoredTable table(reader, std::string(schema::sources::kPath), schema::sources::kSource);
  if (!table.has(schema::sources::kAsOf)) return as_of;
  const std::vector<std::string> names = table.texts(schema::sources::kSource);
  const std::vector<std::int32_t> days = table.numbers<std::int32_t>(schema::sources::kAsOf);
  for (std::size_t s = 0; s < names.size(); ++s)
    if (days[s] != kMissingDate) as_of[names[s]] = days[s];
  return as_of;
}

/// Ids, places, names and sizes; the levels one after the other.
void read_segments(const FileReader& reader, const std::string& path, StoredModel& model) {
  const StoredTable table(reader, path, schema::segments::kId);
  std::vector<Segment>& segments = model.segments;
  segments.resize(table.rows());
  fill(segments, table.texts(schema::segments::kId), &Segment::id);
  fill(segments, table.references(schema::segments::kParent, segments.size(), true), &Segment::parent);
  fill(segments, table.texts(schema::segments::kName), &Segment::name);
  fill(segments, table.texts(schema::segments::kRule), &Segment::rule);
  fill(segments, table.numbers<std::int64_t>(schema::segments::kAccounts), &Segment::accounts);
  const std::vector<std::string> levels = table.texts(schema::segments::kLevel);
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const std::optional<Level> level = results::level_of(levels[s]);
    if (!level) refuse(path, fmt::format("has a segment of the unknown level \"{}\"", levels[s]));
    segments[s].level = *level;
    if (s > 0 && segments[s].level < segments[s - 1].level) refuse(path, "is not in the order of the levels");
  }
  const auto first = [&](Level level) {
    const auto found = std::ranges::find_if(segments, [&](const Segment& one) { return one.level >= level; });
    return static_cast<std::int32_t>(found - segments.begin());
  };
  model.first_core = first(Level::kCore);
  model.first_micro = first(Level::kMicro);
  model.k = model.first_micro - model.first_core;
}

/// Core segments lie in the macro segment that their model says; micro segments lie in a core segment.
void check_parents(const std::string& path, const StoredModel& model) {
  for (std::size_t s = 0; s < model.segments.size(); ++s) {
    const Segment& segment = model.segments[s];
    const auto row = static_cast<std::int32_t>(s);
    const bool is_good = segment.level == Level::kMacro ? segment.parent < 0
                         : segment.level == Level::kCore
                             ? segment.parent == model.macro_of_core[static_cast<std::size_t>(row - model.first_core)]
                             : segment.parent >= model.first_core && segment.parent < model.first_micro;
    if (!is_good) refuse(path, fmt::format("has row {} in segment {}", s, segment.parent));
  }
}

/// Of each core segment the macro segment that it is a part of, those of one next to each other.
void read_macro_of_core(const FileReader& reader, const std::string& path, StoredModel& model) {
  const StoredTable table(reader, path, schema::core_segments::kMacro);
  std::vector<std::int32_t>& macro = model.macro_of_core;
  macro = table.references(schema::core_segments::kMacro, static_cast<std::size_t>(model.first_core), true);
  if (macro.size() != static_cast<std::size_t>(model.k))
    refuse(path, fmt::format("has {} rows for {} core segments", macro.size(), model.k));
  const bool by_macro = model.spec.scope == Scope::kMacro;
  for (std::size_t c = 0; c < macro.size(); ++c)
    if ((macro[c] >= 0) != by_macro || (c > 0 && macro[c] < macro[c - 1]))
      refuse(path, fmt::format("has core segment {} in macro segment {}", c, macro[c]));
}

void read_model(const FileReader& reader, const std::string& path, const PrivacySpec& privacy, StoredModel& model) {
  const std::string segments = child_path(path, schema::segmentation::kSegments);
  read_segments(reader, segments, model);
  const std::string model_path = child_path(path, schema::segmentation::kModel);
  if (!reader.has(model_path)) {
    if (model.k > 0 || !is_macro_only(model.spec)) refuse(path, "has no model");
    return check_parents(segments, model);
  }
  if (model.k == 0) refuse(segments, "has a model, but no core segment");
  read_macro_of_core(reader, child_path(model_path, schema::core_segments::kGroup), model);
  check_parents(segments, model);
  const std::string encoding = child_path(model_path, schema::model::kEncoding);
  model.encoding = results::read_encoding(reader, model_path, encoding, privacy, model.withheld);
  const std::string own = child_path(model_path, schema::model::kMicroEncoding);
  if (reader.has(own)) model.micro_encoding = results::read_encoding(reader, own, own, privacy, model.withheld);
  const std::string centroids = child_path(model_path, schema::model::kCentroids.name);
  model.centroids = results::read_places(reader, centroids, model.encoding.d(), model.encoding.exponent);
  if (model.centroids.size() != static_cast<std::size_t>(model.k) * model.encoding.features.size())
    refuse(centroids, fmt::format("has {} numbers for {} core segments", model.centroids.size(), model.k));
  results::read_tree(reader, model_path, model);
}

Job read_job_of(const FileReader& reader, const std::string& path) {
  const std::string text = reader.text(std::string(schema::run::kPath), std::string(schema::run::kJob));
  try {
    return read_resolved_job(text, path + " (its job)");
  } catch (const Error& error) {
    refuse(path, fmt::format("its job cannot be read: {}", error.what()));
  }
}

StoredModels models_in(const FileReader& reader, const std::string& path) {
  StoredModels models;
  models.path = path;
  models.night = reader.text(std::string(schema::root::kPath), std::string(schema::root::kNight));
  models.digest = reader.text(std::string(schema::root::kPath), std::string(schema::root::kDigest));
  models.job = read_job_of(reader, path);
  models.columns = read_column_choices(reader);
  models.as_of = read_days(reader);
  std::map<std::string, ModelStart> starts = results::read_starts(reader);
  for (const SegmentationSpec& spec : models.job.segmentations) {
    StoredModel& model = models.segmentations.emplace_back();
    model.spec = spec;
    if (const auto found = starts.find(spec.name); found != starts.end()) model.start = std::move(found->second);
    if (model.start.fresh_night.empty()) model.start.fresh_night = models.night;  // an earlier version: always fresh
    read_model(reader, child_path(schema::segmentation::kParent, spec.name), models.job.privacy, model);
  }
  return models;
}

}  // namespace

std::vector<double> StoredModel::grid_centroids() const {
  std::vector<double> grid(centroids.size());
  std::ranges::transform(centroids, grid.begin(), [&](double own) { return std::ldexp(own, encoding.exponent); });
  return grid;
}

const StoredModel* StoredModels::find(const std::string& segmentation) const noexcept {
  const auto found =
      std::ranges::find_if(segmentations, [&](const StoredModel& one) { return one.spec.name == segmentation; });
  return found == segmentations.end() ? nullptr : &*found;
}

StoredModels read_stored_models(const std::string& path) {
  const FileReader reader = results::open_results(path);
  storage::refuse_scored_accounts(reader, path);
  return results::naming(path, [&] { return models_in(reader, path); });
}

void check_is_whole(const StoredModel& model, const std::string& where) {
  if (model.withheld.empty()) return;
  throw Error(
      ExitCode::kBadData,
      fmt::format("{}: segmentation \"{}\" has features of columns that [privacy] calls sensitive ({}), and what "
                  "was learnt from their values is not in the file: nobody can be scored by it. Take these "
                  "features out of the segmentation, or the columns off the list, and run a night",
                  where, model.spec.name, fmt::join(model.withheld, ", ")));
}

}  // namespace tessera
