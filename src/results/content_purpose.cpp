#include <string>
#include <vector>

#include "results/content_parts.hpp"
#include "results/names.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::RowsOf;

namespace {

void add_objective(Content& content, const std::string& path, const ObjectiveSpec& objective) {
  const std::string group = child_path(path, schema::segmentation::kObjective);
  content.add_attribute(group, schema::objective::kGoal, objective.goal);
  content.add_attribute(group, schema::objective::kKpi, objective.kpi);
  content.add_attribute(group, schema::objective::kTarget,
                        std::string(objective.high ? schema::objective::kHigh : schema::objective::kLow));
}

void add_features(Content& content, const std::string& path, const std::vector<FeatureLink>& features) {
  if (features.empty()) return;
  Entry& entry = content.add_table(child_path(path, schema::segmentation::kFeatures), RowsOf::kRoot, features.size());
  RowColumns(content, entry, features)
      .add(schema::features::kColumn, &FeatureLink::column)
      .add(schema::features::kImportance, &FeatureLink::importance)
      .add(schema::features::kExplained, &FeatureLink::explained)
      .add(schema::features::kRedundancy, &FeatureLink::redundancy)
      .add(schema::features::kRedundantWith, &FeatureLink::redundant_with)
      .add(schema::features::kKpiCorrelation, &FeatureLink::kpi_correlation)
      .add(schema::features::kKpiExplained, &FeatureLink::kpi_explained);
}

void add_crosswalk(Content& content, const std::string& path, const Crosswalk& crosswalk) {
  const std::string group = child_path(path, schema::segmentation::kCrosswalk);
  Entry& pairs = content.add_table(group, RowsOf::kRoot, crosswalk.pairs.size());
  RowColumns(content, pairs, crosswalk.pairs)
      .add(schema::crosswalk::kSegment, &Crosswalk::Pair::segment)
      .add_category(schema::crosswalk::kExisting, &Crosswalk::Pair::existing)
      .add(schema::crosswalk::kAccounts, &Crosswalk::Pair::accounts)
      .add(schema::crosswalk::kShareOfExisting, &Crosswalk::Pair::share_of_existing)
      .add(schema::crosswalk::kShareOfSegment, &Crosswalk::Pair::share_of_segment)
      .add(schema::crosswalk::kLikeness, &Crosswalk::Pair::likeness);
  Entry& agreement =
      content.add_table(child_path(group, schema::segmentation::kAgreement), RowsOf::kRoot, crosswalk.agreement.size());
  RowColumns(content, agreement, crosswalk.agreement)
      .add_category(schema::agreement::kLevel,
                    [](const Crosswalk::Agreement& row) { return std::string(name_of(row.level)); })
      .add(schema::agreement::kAccounts, &Crosswalk::Agreement::accounts)
      .add(schema::agreement::kAdjustedRand, &Crosswalk::Agreement::adjusted_rand);
}

void add_trial(Content& content, const std::string& path, const TrialSpec& trial, const std::vector<TrialCell>& cells) {
  const auto arm_of = [&](const TrialCell& cell) { return trial.arms[static_cast<std::size_t>(cell.arm)]; };
  const std::string group = child_path(path, schema::segmentation::kTrial);
  content.add_attribute(group, schema::trial::kCampaign, trial.campaign);
  Entry& entry = content.add_table(group, RowsOf::kRoot, cells.size());
  RowColumns(content, entry, cells)
      .add(schema::trial::kSegment, &TrialCell::segment)
      .add_category(schema::trial::kArm, [&](const TrialCell& cell) { return arm_of(cell).name; })
      .add(schema::trial::kAccounts, &TrialCell::accounts)
      .add(schema::trial::kShare, &TrialCell::share)
      .add(schema::trial::kStatedShare, [&](const TrialCell& cell) { return arm_of(cell).share; })
      .add(schema::trial::kZ, &TrialCell::z)
      .add(schema::trial::kSmallestUplift, &TrialCell::smallest_uplift);
}

}  // namespace

void add_purpose(Content& content, const std::string& path, const RunResults& results,
                 const SegmentationResult& segmentation) {
  if (segmentation.spec.objective) add_objective(content, path, *segmentation.spec.objective);
  add_features(content, path, segmentation.features);
  if (!segmentation.spec.existing.empty()) add_crosswalk(content, path, segmentation.crosswalk);
  if (results.job.trial) add_trial(content, path, *results.job.trial, segmentation.trial);
}

}  // namespace tessera::results
