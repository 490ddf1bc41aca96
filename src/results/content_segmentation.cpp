
#include "core/special_numbers.hpp"
#include "results/content_parts.hpp"
#include "results/names.hpp"
#include "storage/schema_quality.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::RowsOf;

namespace {

CategoryColumn arms_of(const TrialSpec& trial, const SegmentationResult& segmentation) {
  CategoryColumn arms{segmentation.trial_arm, {}};
  for (const TrialSpec::Arm& arm : trial.arms) arms.categories.push_back(arm.name);
  return arms;
}

void add_assignment(Content& content, const std::string& path, const AccountTable& accounts,
                    const std::optional<TrialSpec>& trial, const SegmentationResult& segmentation) {
  Entry& entry =
      content.add_table(child_path(path, schema::segmentation::kAssignment), RowsOf::kEveryRank, accounts.n_local);
  entry.keys = {accounts.keys, accounts.matrix_rows, accounts.first_global};
  auto& columns = entry.table.columns;
  const auto add_level = [&](const schema::ColumnName& name, const std::vector<std::int32_t>& rows) {
    columns.push_back(column_of(name, rows.empty() ? content.keep(std::vector<std::int32_t>(accounts.n_local, -1))
                                                   : storage::Cells(std::span<const std::int32_t>(rows))));
  };
  add_level(schema::assignment::kMacro, segmentation.assignment.macro);
  add_level(schema::assignment::kCore, segmentation.assignment.core);
  add_level(schema::assignment::kMicro, segmentation.assignment.micro);
  for (const auto& [name, values] : {std::pair(&schema::assignment::kDistance, &segmentation.distance),
                                     std::pair(&schema::assignment::kFit, &segmentation.fit)}) {
    columns.push_back(column_of(*name, std::span<const double>(*values)));
  }
  add_level(schema::assignment::kNextBest, segmentation.next_best);
  if (trial) columns.push_back(column_of(schema::assignment::kTrialArm, content.keep(arms_of(*trial, segmentation))));
  if (segmentation.succession) add_last_assignment(content, entry, segmentation);
}

void add_segments(Content& content, const std::string& path, const SegmentationResult& segmentation) {
  const std::vector<Segment>& segments = segmentation.insight.segments;
  Entry& entry = content.add_table(child_path(path, schema::segmentation::kSegments), RowsOf::kRoot, segments.size());
  RowColumns(content, entry, segments)
      .add(schema::segments::kId, &Segment::id)
      .add(schema::segments::kParent, &Segment::parent)
      .add_category(schema::segments::kLevel, [](const Segment& row) { return name_of(row.level); })
      .add(schema::segments::kName, &Segment::name)
      .add(schema::segments::kRule, &Segment::rule)
      .add(schema::segments::kRulePrecision, &Segment::rule_precision)
      .add(schema::segments::kRuleRecall, &Segment::rule_recall)
      .add(schema::segments::kRuleCoverage, &Segment::rule_coverage)
      .add(schema::segments::kAccounts, &Segment::accounts)
      .add(schema::segments::kCustomers, &Segment::customers)
      .add(schema::segments::kProspects, &Segment::prospects)
      .add(schema::segments::kContactable, &Segment::contactable)
      .add(schema::segments::kValue, &Segment::value);
  add_memory(content, entry, segments);
  const std::vector<std::int32_t>& rank = segmentation.objective_rank;
  if (!rank.empty())
    entry.table.columns.push_back(column_of(schema::segments::kObjectiveRank, std::span<const std::int32_t>(rank)));
}

void add_profile(Content& content, const std::string& path, const Insight& insight) {
  const std::string profile = child_path(path, schema::segmentation::kProfile);
  Entry& numbers =
      content.add_table(child_path(profile, schema::number_profile::kGroup), RowsOf::kRoot, insight.numbers.size());
  RowColumns(content, numbers, insight.numbers)
      .add(schema::number_profile::kSegment, &NumberProfile::segment)
      .add_category(schema::number_profile::kColumn, &NumberProfile::column)
      .add(schema::number_profile::kCount, &NumberProfile::count)
      .add(schema::number_profile::kMean, &NumberProfile::mean)
      .add(schema::number_profile::kMedian, &NumberProfile::median)
      .add(schema::number_profile::kSd, &NumberProfile::sd)
      .add(schema::number_profile::kLift, &NumberProfile::lift)
      .add(schema::number_profile::kEffect, &NumberProfile::effect);
  Entry& categories = content.add_table(child_path(profile, schema::category_profile::kGroup), RowsOf::kRoot,
                                        insight.categories.size());
  RowColumns(content, categories, insight.categories)
      .add(schema::category_profile::kSegment, &CategoryProfile::segment)
      .add_category(schema::category_profile::kColumn, &CategoryProfile::column)
      .add_category(schema::category_profile::kCategory, &CategoryProfile::category)
      .add(schema::category_profile::kCount, &CategoryProfile::count)
      .add(schema::category_profile::kShare, &CategoryProfile::share)
      .add(schema::category_profile::kLift, &CategoryProfile::lift);
}

/// The encoded features without what was learnt from the values of sensitive columns: categories, medians, extremes.
std::vector<EncodedFeature> for_all_eyes(std::vector<EncodedFeature> features, const AccountTable& accounts) {
  for (EncodedFeature& feature : features) {
    const Column* column = accounts.find(feature.column);
    if (column == nullptr || !column->is_sensitive) continue;
    feature.category.clear();
    feature.fill = feature.low = feature.high = feature.offset = feature.scale = kNaN;
  }
  return features;
}

/// `place` has the exponent as an attribute; `path` is the table.
void add_encoding(Content& content, const std::string& place, const std::string& path, const FeatureEncoding& encoding,
                  const AccountTable& accounts) {
  content.add_attribute(place, schema::model::kExponent, std::int64_t{encoding.exponent});
  const std::vector<EncodedFeature> features = for_all_eyes(encoding.features, accounts);
  Entry& entry = content.add_table(path, RowsOf::kRoot, features.size());
  RowColumns(content, entry, features)
      .add(schema::encoding::kColumn, &EncodedFeature::column)
      .add(schema::encoding::kName, &EncodedFeature::name)
      .add(schema::encoding::kCategory, &EncodedFeature::category)
      .add(schema::encoding::kIsIndicator, &EncodedFeature::is_indicator)
      .add(schema::encoding::kIsUnknown, &EncodedFeature::is_unknown)
      .add(schema::encoding::kIsOther, &EncodedFeature::is_other)
      .add_category(schema::encoding::kTransform, [](const EncodedFeature& row) { return name_of(row.transform); })
      .add(schema::encoding::kFill, &EncodedFeature::fill)
      .add(schema::encoding::kLow, &EncodedFeature::low)
      .add(schema::encoding::kHigh, &EncodedFeature::high)
      .add(schema::encoding::kOffset, &EncodedFeature::offset)
      .add(schema::encoding::kScale, &EncodedFeature::scale)
      .add(schema::encoding::kClip, &EncodedFeature::clip)
      .add(schema::encoding::kWeight, &EncodedFeature::weight)
      .add(schema::encoding::kClipped, &EncodedFeature::clipped);
}

void add_matrix(Content& content, const std::string& path, const schema::ColumnName& name,
                const std::vector<double>& values, std::size_t width) {
  if (values.empty()) return;
  Entry& entry = content.add_table(path, RowsOf::kRoot, values.size() / width);
  entry.table.columns.push_back(column_of(name, std::span<const double>(values)));
  entry.table.columns.back().width = width;
}

void add_tree(Content& content, const std::string& model, const RefinementTree& tree) {
  if (tree.n_micro == 0) return;
  using Node = RefinementTree::Node;
  Entry& entry = content.add_table(child_path(model, schema::model::kTree), RowsOf::kRoot, tree.nodes.size());
  RowColumns(content, entry, tree.nodes)
      .add(schema::tree::kParent, &Node::parent)
      .add(schema::tree::kLeft, &Node::left)
      .add(schema::tree::kRight, &Node::right)
      .add(schema::tree::kCore, &Node::core)
      .add(schema::tree::kMicro, &Node::micro)
      .add(schema::tree::kAccounts, &Node::accounts);
  add_matrix(content, model, schema::model::kTreeCentroids, tree.centroids, static_cast<std::size_t>(tree.d));
  if (tree.bounds.empty()) return;
  using Bound = RefinementTree::Bound;
  Entry& bounds = content.add_table(child_path(model, schema::model::kBounds), RowsOf::kRoot, tree.bounds.size());
  RowColumns(content, bounds, tree.bounds)
      .add(schema::bounds::kDistance, &Bound::distance)
      .add(schema::bounds::kOutliers, &Bound::outliers);
  add_matrix(content, model, schema::model::kMicroCentres, tree.centres, static_cast<std::size_t>(tree.d));
}

}  // namespace

void add_segmentation(Content& content, const RunResults& results, const SegmentationResult& segmentation,
                      std::int64_t position) {
  const std::string path = child_path(schema::segmentation::kParent, segmentation.spec.name);
  content.add_attribute(path, schema::kName, segmentation.spec.name);
  content.add_attribute(path, schema::segmentation::kPosition, position);
  add_assignment(content, path, results.accounts, results.job.trial, segmentation);
  add_segments(content, path, segmentation);
  add_profile(content, path, segmentation.insight);
  add_measures(content, path, segmentation.insight);
  add_neighbourhood(content, path, segmentation.insight);
  add_quality(content, path, segmentation);
  add_drift(content, path, segmentation);
  add_purpose(content, path, results, segmentation);
  add_segment_likeness(content, path, segmentation.likeness);
  if (!segmentation.moves.empty()) add_moves(content, path, segmentation.moves);
  add_evolution(content, path, segmentation);
  if (segmentation.k == 0) return;  // macro segments alone
  const std::string model = child_path(path, schema::segmentation::kModel);
  add_encoding(content, model, child_path(model, schema::model::kEncoding), segmentation.encoding, results.accounts);
  if (segmentation.micro_encoding.d() > 0) {
    const std::string own = child_path(model, schema::model::kMicroEncoding);
    add_encoding(content, own, own, segmentation.micro_encoding, results.accounts);
  }
  add_matrix(content, model, schema::model::kCentroids, segmentation.centroids,
             static_cast<std::size_t>(segmentation.encoding.d()));
  Entry& cores = content.add_table(child_path(model, schema::core_segments::kGroup), RowsOf::kRoot,
                                   segmentation.macro_of_core.size());
  cores.table.columns.push_back(
      column_of(schema::core_segments::kMacro, std::span<const std::int32_t>(segmentation.macro_of_core)));
  add_tree(content, model, segmentation.tree);
}

}  // namespace tessera::results
