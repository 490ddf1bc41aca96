#include "results/read_purpose.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/names.hpp"
#include "results/stored_table.hpp"
#include "storage/schema.hpp"
#include "storage/table.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::FileReader;

namespace {

ObjectiveSpec read_objective(const FileReader& reader, const std::string& group) {
  ObjectiveSpec objective;
  objective.goal = reader.text(group, std::string(schema::objective::kGoal));
  objective.kpi = reader.text(group, std::string(schema::objective::kKpi));
  objective.high = reader.text(group, std::string(schema::objective::kTarget)) == schema::objective::kHigh;
  return objective;
}

std::vector<FeatureLink> read_features(const FileReader& reader, const std::string& group) {
  const StoredTable table(reader, group, schema::features::kColumn);
  std::vector<FeatureLink> features(table.rows());
  fill(features, table.texts(schema::features::kColumn), &FeatureLink::column);
  fill(features, table.numbers<double>(schema::features::kImportance), &FeatureLink::importance);
  fill(features, table.numbers<double>(schema::features::kExplained), &FeatureLink::explained);
  fill(features, table.numbers<double>(schema::features::kRedundancy), &FeatureLink::redundancy);
  fill(features, table.texts(schema::features::kRedundantWith), &FeatureLink::redundant_with);
  fill(features, table.numbers<double>(schema::features::kKpiCorrelation), &FeatureLink::kpi_correlation);
  fill(features, table.numbers<double>(schema::features::kKpiExplained), &FeatureLink::kpi_explained);
  return features;
}

Crosswalk read_crosswalk(const FileReader& reader, const std::string& group, std::size_t n_segments) {
  Crosswalk crosswalk;
  const StoredTable pairs(reader, group, schema::crosswalk::kSegment);
  crosswalk.pairs.resize(pairs.rows());
  fill(crosswalk.pairs, pairs.references(schema::crosswalk::kSegment, n_segments, false), &Crosswalk::Pair::segment);
  fill(crosswalk.pairs, pairs.texts(schema::crosswalk::kExisting), &Crosswalk::Pair::existing);
  fill(crosswalk.pairs, pairs.numbers<std::int64_t>(schema::crosswalk::kAccounts), &Crosswalk::Pair::accounts);
  fill(crosswalk.pairs, pairs.numbers<double>(schema::crosswalk::kShareOfExisting),
       &Crosswalk::Pair::share_of_existing);
  fill(crosswalk.pairs, pairs.numbers<double>(schema::crosswalk::kShareOfSegment), &Crosswalk::Pair::share_of_segment);
  fill(crosswalk.pairs, pairs.numbers<double>(schema::crosswalk::kLikeness), &Crosswalk::Pair::likeness);
  const StoredTable agreement(reader, child_path(group, schema::segmentation::kAgreement), schema::agreement::kLevel);
  crosswalk.agreement.resize(agreement.rows());
  fill(crosswalk.agreement, agreement.numbers<std::int64_t>(schema::agreement::kAccounts),
       &Crosswalk::Agreement::accounts);
  fill(crosswalk.agreement, agreement.numbers<double>(schema::agreement::kAdjustedRand),
       &Crosswalk::Agreement::adjusted_rand);
  const std::vector<std::string> levels = agreement.texts(schema::agreement::kLevel);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const std::optional<Level> level = level_of(levels[i]);
    if (!level) refuse(group, fmt::format("has the unknown level \"{}\"", levels[i]));
    crosswalk.agreement[i].level = *level;
  }
  return crosswalk;
}

void read_trial(const FileReader& reader, const std::string& group, ResultsSummary::Segmentation& segmentation) {
  const StoredTable table(reader, group, schema::trial::kSegment);
  std::vector<TrialCell>& cells = segmentation.trial;
  cells.resize(table.rows());
  fill(cells, table.references(schema::trial::kSegment, segmentation.insight.segments.size(), true),
       &TrialCell::segment);
  fill(cells, table.numbers<std::int64_t>(schema::trial::kAccounts), &TrialCell::accounts);
  fill(cells, table.numbers<double>(schema::trial::kShare), &TrialCell::share);
  fill(cells, table.numbers<double>(schema::trial::kZ), &TrialCell::z);
  fill(cells, table.numbers<double>(schema::trial::kSmallestUplift), &TrialCell::smallest_uplift);
  const std::vector<std::string> names = table.texts(schema::trial::kArm);
  std::vector<std::string>& arms = segmentation.trial_arms;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto arm = std::ranges::find(arms, names[i]);
    if (arm == arms.end()) arm = arms.insert(arms.end(), names[i]);
    cells[i].arm = static_cast<std::int32_t>(arm - arms.begin());
  }
}

}  // namespace

void read_purpose(const FileReader& reader, const std::string& path, ResultsSummary::Segmentation& segmentation) {
  const std::size_t n_segments = segmentation.insight.segments.size();
  const std::string objective = child_path(path, schema::segmentation::kObjective);
  if (reader.has(objective)) {
    segmentation.objective = read_objective(reader, objective);
    const StoredTable segments(reader, child_path(path, schema::segmentation::kSegments), schema::segments::kId);
    segmentation.objective_rank = segments.numbers<std::int32_t>(schema::segments::kObjectiveRank);
  }
  const std::string features = child_path(path, schema::segmentation::kFeatures);
  if (reader.has(features)) segmentation.features = read_features(reader, features);
  const std::string crosswalk = child_path(path, schema::segmentation::kCrosswalk);
  if (reader.has(crosswalk)) segmentation.crosswalk = read_crosswalk(reader, crosswalk, n_segments);
  const std::string trial = child_path(path, schema::segmentation::kTrial);
  if (reader.has(trial)) read_trial(reader, trial, segmentation);
}

}  // namespace tessera::results
