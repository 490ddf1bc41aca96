#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "results/names.hpp"
#include "results/read_cleaning.hpp"
#include "results/read_drift.hpp"
#include "results/read_evolution.hpp"
#include "results/read_lookalike.hpp"
#include "results/read_measures.hpp"
#include "results/read_neighbourhood.hpp"
#include "results/read_purpose.hpp"
#include "results/read_quality.hpp"
#include "results/read_value.hpp"
#include "results/stored_table.hpp"
#include "storage/file_reader.hpp"
#include "storage/schema.hpp"
#include "storage/schema_quality.hpp"
#include "storage/segment_memory.hpp"
#include "storage/table.hpp"
#include "tessera/errors.hpp"
#include "tessera/results.hpp"

namespace tessera {
namespace {

namespace schema = storage::schema;
using results::fill;
using results::refuse;
using results::StoredTable;
using storage::child_path;
using storage::FileReader;

std::vector<Segment> read_segments(const FileReader& reader, const std::string& path) {
  const StoredTable table(reader, child_path(path, schema::segmentation::kSegments), schema::segments::kId);
  std::vector<Segment> segments(table.rows());
  fill(segments, table.texts(schema::segments::kId), &Segment::id);
  fill(segments, table.references(schema::segments::kParent, segments.size(), true), &Segment::parent);
  fill(segments, table.texts(schema::segments::kName), &Segment::name);
  fill(segments, table.texts(schema::segments::kRule), &Segment::rule);
  fill(segments, table.numbers<std::int64_t>(schema::segments::kAccounts), &Segment::accounts);
  fill(segments, table.numbers<std::int64_t>(schema::segments::kCustomers), &Segment::customers);
  fill(segments, table.numbers<std::int64_t>(schema::segments::kProspects), &Segment::prospects);
  fill(segments, table.numbers<std::int64_t>(schema::segments::kContactable), &Segment::contactable);
  fill(segments, table.numbers<double>(schema::segments::kValue), &Segment::value);
  if (table.has(schema::segments::kRuleCoverage)) {
    fill(segments, table.numbers<double>(schema::segments::kRulePrecision), &Segment::rule_precision);
    fill(segments, table.numbers<double>(schema::segments::kRuleRecall), &Segment::rule_recall);
    fill(segments, table.numbers<double>(schema::segments::kRuleCoverage), &Segment::rule_coverage);
  }
  storage::read_memory(table, segments);
  const std::vector<std::string> levels = table.texts(schema::segments::kLevel);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::optional<Level> level = results::level_of(levels[i]);
    if (!level) refuse(path, fmt::format("has a segment of the unknown level \"{}\"", levels[i]));
    segments[i].level = *level;
  }
  return segments;
}

std::vector<NumberProfile> read_numbers(const FileReader& reader, const std::string& profile, std::size_t n_segments) {
  namespace columns = schema::number_profile;
  const StoredTable table(reader, child_path(profile, columns::kGroup), columns::kSegment);
  std::vector<NumberProfile> rows(table.rows());
  fill(rows, table.references(columns::kSegment, n_segments, false), &NumberProfile::segment);
  fill(rows, table.texts(columns::kColumn), &NumberProfile::column);
  fill(rows, table.numbers<std::int64_t>(columns::kCount), &NumberProfile::count);
  fill(rows, table.numbers<double>(columns::kMean), &NumberProfile::mean);
  fill(rows, table.numbers<double>(columns::kMedian), &NumberProfile::median);
  fill(rows, table.numbers<double>(columns::kSd), &NumberProfile::sd);
  fill(rows, table.numbers<double>(columns::kLift), &NumberProfile::lift);
  fill(rows, table.numbers<double>(columns::kEffect), &NumberProfile::effect);
  return rows;
}

std::vector<CategoryProfile> read_categories(const FileReader& reader, const std::string& profile,
                                             std::size_t n_segments) {
  namespace columns = schema::category_profile;
  const StoredTable table(reader, child_path(profile, columns::kGroup), columns::kSegment);
  std::vector<CategoryProfile> rows(table.rows());
  fill(rows, table.references(columns::kSegment, n_segments, false), &CategoryProfile::segment);
  fill(rows, table.texts(columns::kColumn), &CategoryProfile::column);
  fill(rows, table.texts(columns::kCategory), &CategoryProfile::category);
  fill(rows, table.numbers<std::int64_t>(columns::kCount), &CategoryProfile::count);
  fill(rows, table.numbers<double>(columns::kShare), &CategoryProfile::share);
  fill(rows, table.numbers<double>(columns::kLift), &CategoryProfile::lift);
  return rows;
}

int small_integer(const FileReader& reader, const std::string& path, schema::Name name) {
  const std::int64_t value = reader.integer(path, std::string(name));
  if (!std::in_range<int>(value)) refuse(path, fmt::format("{} is {}", name, value));
  return static_cast<int>(value);
}

ResultsSummary::Segmentation read_segmentation(const FileReader& reader, const std::string& path) {
  ResultsSummary::Segmentation segmentation;
  segmentation.name = reader.text(path, std::string(schema::kName));
  const std::string quality = child_path(path, schema::segmentation::kQuality);
  segmentation.k = small_integer(reader, quality, schema::quality::kK);
  segmentation.iterations = small_integer(reader, quality, schema::quality::kIterations);
  segmentation.inertia = reader.number(quality, std::string(schema::quality::kInertia));
  Insight& insight = segmentation.insight;
  insight.segments = read_segments(reader, path);
  segmentation.quality = results::read_quality(reader, path, insight.segments.size());
  const std::string profile = child_path(path, schema::segmentation::kProfile);
  insight.numbers = read_numbers(reader, profile, insight.segments.size());
  insight.categories = read_categories(reader, profile, insight.segments.size());
  results::read_measures(reader, path, insight);
  results::read_neighbourhood(reader, path, insight);
  results::read_purpose(reader, path, segmentation);
  results::read_drift(reader, path, segmentation);
  segmentation.likeness = results::read_segment_likeness(reader, path, insight.segments.size());
  segmentation.succession = results::read_evolution(reader, path, insight.segments.size());
  return segmentation;
}

/// In the order of the job.
std::vector<ResultsSummary::Segmentation> read_segmentations(const FileReader& reader) {
  const std::string parent(schema::segmentation::kParent);
  std::vector<std::pair<std::int64_t, std::string>> paths;
  for (const std::string& link : reader.children(parent)) {
    // A link is a path's part already: child_path would escape it again.
    std::string path = fmt::format("{}/{}", parent, link);
    const std::int64_t position = reader.integer(path, std::string(schema::segmentation::kPosition));
    paths.emplace_back(position, std::move(path));
  }
  std::ranges::sort(paths);
  std::vector<ResultsSummary::Segmentation> segmentations;
  segmentations.reserve(paths.size());
  for (const auto& [position, path] : paths) segmentations.push_back(read_segmentation(reader, path));
  return segmentations;
}

/// Results without a history have no such column.
void read_as_of(const StoredTable& table, std::vector<SourceReport>& sources) {
  if (!table.has(schema::sources::kAsOf)) return;
  const std::vector<std::int32_t> days = table.numbers<std::int32_t>(schema::sources::kAsOf);
  for (std::size_t s = 0; s < sources.size(); ++s) {
    if (days[s] != kMissingDate) sources[s].as_of = days[s];
  }
}

std::vector<SourceReport> read_sources(const FileReader& reader) {
  const StoredTable table(reader, std::string(schema::sources::kPath), schema::sources::kSource);
  std::vector<SourceReport> sources(table.rows());
  fill(sources, table.texts(schema::sources::kSource), &SourceReport::name);
  fill(sources, table.numbers<std::uint64_t>(schema::sources::kRowsRead), &SourceReport::rows_read);
  fill(sources, table.numbers<std::uint64_t>(schema::sources::kUsed), &SourceReport::used);
  fill(sources, table.numbers<std::uint64_t>(schema::sources::kDuplicates), &SourceReport::duplicates);
  fill(sources, table.numbers<std::uint64_t>(schema::sources::kUnmatched), &SourceReport::unmatched);
  fill(sources, table.numbers<std::uint64_t>(schema::sources::kForgotten), &SourceReport::forgotten);
  fill(sources, table.numbers<std::uint64_t>(schema::sources::kQuarantined), &SourceReport::quarantined);
  read_as_of(table, sources);

  const StoredTable stored(reader, std::string(schema::files::kPath), schema::files::kSource);
  std::vector<SourceFile> files(stored.rows());
  fill(files, stored.texts(schema::files::kFile), &SourceFile::path);
  fill(files, stored.numbers<std::uint64_t>(schema::files::kBytes), &SourceFile::bytes);
  fill(files, stored.numbers<std::int64_t>(schema::files::kModified), &SourceFile::modified_s);
  fill(files, stored.texts(schema::files::kContentHash), &SourceFile::content_hash);
  const std::vector<std::string> owners = stored.texts(schema::files::kSource);
  for (std::size_t i = 0; i < files.size(); ++i)
    for (SourceReport& source : sources)
      if (source.name == owners[i]) source.files.push_back(files[i]);
  return sources;
}

std::vector<Freshness> read_freshness(const FileReader& reader) {
  if (!reader.has(std::string(schema::freshness::kPath))) return {};
  const StoredTable table(reader, std::string(schema::freshness::kPath), schema::freshness::kSource);
  std::vector<Freshness> freshness(table.rows());
  fill(freshness, table.texts(schema::freshness::kSource), &Freshness::source);
  fill(freshness, table.numbers<std::int64_t>(schema::freshness::kNewest), &Freshness::newest_s);
  fill(freshness, table.numbers<double>(schema::freshness::kAge), &Freshness::age_days);
  fill(freshness, table.texts(schema::freshness::kContentHash), &Freshness::content_hash);
  const std::vector<double> max_age = table.numbers<double>(schema::freshness::kMaxAge);
  const std::vector<std::int8_t> is_older = table.numbers<std::int8_t>(schema::freshness::kIsOlder);
  for (std::size_t i = 0; i < freshness.size(); ++i) {
    if (!std::isnan(max_age[i])) freshness[i].max_age_days = max_age[i];
    freshness[i].is_older = is_older[i] == 1;
  }
  return freshness;
}

std::vector<MissingColumn> read_to_buy(const FileReader& reader) {
  if (!reader.has(std::string(schema::to_buy::kPath))) return {};
  const StoredTable table(reader, std::string(schema::to_buy::kPath), schema::to_buy::kColumn);
  std::vector<MissingColumn> columns(table.rows());
  fill(columns, table.texts(schema::to_buy::kColumn), &MissingColumn::column);
  fill(columns, table.numbers<std::int64_t>(schema::to_buy::kMissing), &MissingColumn::missing);
  fill(columns, table.numbers<std::int64_t>(schema::to_buy::kAsked), &MissingColumn::asked);
  fill(columns, table.numbers<std::int64_t>(schema::to_buy::kCouldChange), &MissingColumn::could_change);
  fill(columns, table.numbers<double>(schema::to_buy::kShare), &MissingColumn::share);
  const std::vector<std::int8_t> is_estimate = table.numbers<std::int8_t>(schema::to_buy::kIsEstimate);
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].is_estimate = is_estimate[i] == 1;
  return columns;
}

std::optional<ForgetReport> read_forget(const FileReader& reader) {
  const std::string path(schema::forget::kPath);
  if (!reader.has(path)) return std::nullopt;
  const StoredTable table(reader, path, schema::forget::kIds);
  if (table.rows() != 1) refuse(path, fmt::format("has {} rows, not one", table.rows()));
  return ForgetReport{table.numbers<std::uint64_t>(schema::forget::kIds).front(),
                      table.numbers<std::uint64_t>(schema::forget::kUnknown).front()};
}

std::vector<StageTime> read_stages(const FileReader& reader) {
  const StoredTable table(reader, std::string(schema::stages::kPath), schema::stages::kStage);
  std::vector<StageTime> stages(table.rows());
  fill(stages, table.texts(schema::stages::kStage), &StageTime::stage);
  fill(stages, table.numbers<double>(schema::stages::kSecondsMin), &StageTime::seconds_min);
  fill(stages, table.numbers<double>(schema::stages::kSecondsMax), &StageTime::seconds_max);
  fill(stages, table.numbers<std::uint64_t>(schema::stages::kPeakMemory), &StageTime::peak_memory_bytes);
  return stages;
}

ResultsSummary summary_of(const FileReader& reader, const std::string& path) {
  const std::string root(schema::root::kPath);
  const std::string run(schema::run::kPath);
  ResultsSummary summary;
  summary.path = path;
  summary.digest = reader.text(root, std::string(schema::root::kDigest));
  summary.night = reader.text(root, std::string(schema::root::kNight));
  summary.job_name = reader.text(run, std::string(schema::run::kJobName));
  summary.started = reader.text(run, std::string(schema::run::kStarted));
  summary.engine_version = reader.text(run, std::string(schema::run::kEngineVersion));
  for (const auto& [name, text] : {std::pair(schema::run::kScoredBy, &summary.scored_by),
                                   std::pair(schema::run::kPrevious, &summary.previous_path),
                                   std::pair(schema::run::kPreviousDigest, &summary.previous_digest)})
    if (reader.has_attribute(run, std::string(name))) *text = reader.text(run, std::string(name));
  summary.ranks = small_integer(reader, run, schema::run::kRanks);
  summary.threads_per_rank = small_integer(reader, run, schema::run::kThreadsPerRank);
  summary.accounts = reader.rows(child_path(schema::accounts::kPath, schema::accounts::kAccountId.name));
  summary.sources = read_sources(reader);
  summary.freshness = read_freshness(reader);
  summary.to_buy = read_to_buy(reader);
  summary.forget = read_forget(reader);
  summary.stages = read_stages(reader);
  const StoredTable warnings(reader, std::string(schema::warnings::kPath), schema::warnings::kMessage);
  summary.warnings = warnings.texts(schema::warnings::kMessage);
  results::read_cleaning(reader, summary);
  summary.gate = results::read_gate(reader);
  summary.best_customers = results::read_best_customers(reader);
  summary.lookalike = results::read_lookalike(reader);
  summary.segmentations = read_segmentations(reader);
  return summary;
}

}  // namespace

ResultsSummary read_summary(const std::string& path) {
  const FileReader reader = results::open_results(path);
  return results::naming(path, [&] { return summary_of(reader, path); });
}

}  // namespace tessera
