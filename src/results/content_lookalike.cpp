#include "results/content_parts.hpp"
#include "results/names.hpp"
#include "storage/schema_lookalike.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::RowsOf;

namespace {

void add_numbers(Content& content, const std::string& path, const Lookalike& found) {
  namespace names = schema::lookalike;
  content.add_attribute(path, names::kWhyNot, found.why_not);
  for (const auto& [name, count] :
       {std::pair(names::kProspects, found.prospects), std::pair(names::kContactable, found.contactable),
        std::pair(names::kBest, found.best), std::pair(names::kRest, found.rest),
        std::pair(names::kHeldOutBest, found.held_out_best), std::pair(names::kHeldOutRest, found.held_out_rest),
        std::pair(names::kSteps, std::int64_t{found.steps}), std::pair(names::kAbove, found.above),
        std::pair(names::kAboveContactable, found.above_contactable)})
    content.add_attribute(path, name, count);
  for (const auto& [name, number] :
       {std::pair(names::kPenalty, found.penalty), std::pair(names::kIntercept, found.intercept),
        std::pair(names::kAuc, found.auc), std::pair(names::kAucLow, found.auc_low),
        std::pair(names::kAucHigh, found.auc_high), std::pair(names::kThreshold, found.threshold)})
    content.add_attribute(path, name, number);
}

void add_columns(Content& content, const std::string& path, const std::vector<LikenessColumn>& columns) {
  namespace names = schema::likeness_columns;
  Entry& entry = content.add_table(path, RowsOf::kRoot, columns.size());
  RowColumns(content, entry, columns)
      .add(names::kColumn, &LikenessColumn::column)
      .add(names::kIsUsed, &LikenessColumn::is_used)
      .add(names::kWhyNot, &LikenessColumn::why_not)
      .add(names::kAlone, &LikenessColumn::alone)
      .add(names::kEffect, &LikenessColumn::effect);
}

void add_factors(Content& content, const std::string& path, const std::vector<LikenessFactor>& factors) {
  namespace names = schema::likeness_factors;
  namespace encoding = schema::encoding;
  using Factor = LikenessFactor;
  Entry& entry = content.add_table(path, RowsOf::kRoot, factors.size());
  RowColumns(content, entry, factors)
      .add(encoding::kColumn, [](const Factor& row) { return row.encoded.column; })
      .add(encoding::kName, [](const Factor& row) { return row.encoded.name; })
      .add(encoding::kCategory, [](const Factor& row) { return row.encoded.category; })
      .add(names::kCoefficient, &Factor::coefficient)
      .add(names::kSd, &Factor::sd)
      .add(names::kEffect, &Factor::effect)
      .add(names::kWords, &Factor::words)
      .add(encoding::kIsIndicator, [](const Factor& row) { return row.encoded.is_indicator; })
      .add(encoding::kIsUnknown, [](const Factor& row) { return row.encoded.is_unknown; })
      .add(encoding::kIsOther, [](const Factor& row) { return row.encoded.is_other; })
      .add_category(encoding::kTransform, [](const Factor& row) { return name_of(row.encoded.transform); })
      .add(encoding::kFill, [](const Factor& row) { return row.encoded.fill; })
      .add(encoding::kOffset, [](const Factor& row) { return row.encoded.offset; })
      .add(encoding::kScale, [](const Factor& row) { return row.encoded.scale; })
      .add(encoding::kClip, [](const Factor& row) { return row.encoded.clip; });
}

void add_curves(Content& content, const std::string& path, const Lookalike& found) {
  namespace tables = schema::lookalike;
  Entry& tenths = content.add_table(child_path(path, tables::kCalibration), RowsOf::kRoot, found.calibration.size());
  RowColumns(content, tenths, found.calibration)
      .add(schema::calibration::kCustomers, &CalibrationTenth::customers)
      .add(schema::calibration::kExpected, &CalibrationTenth::expected)
      .add(schema::calibration::kBest, &CalibrationTenth::best)
      .add(schema::calibration::kObserved, &CalibrationTenth::observed)
      .add(schema::calibration::kLow, &CalibrationTenth::low)
      .add(schema::calibration::kHigh, &CalibrationTenth::high);
  Entry& reach = content.add_table(child_path(path, tables::kReach), RowsOf::kRoot, found.reach.size());
  RowColumns(content, reach, found.reach)
      .add(schema::reach::kReach, &ReachPoint::reach)
      .add(schema::reach::kProspects, &ReachPoint::prospects)
      .add(schema::reach::kContactable, &ReachPoint::contactable)
      .add(schema::reach::kLikeness, &ReachPoint::likeness)
      .add(schema::reach::kMean, &ReachPoint::mean);
}

}  // namespace

void add_lookalike(Content& content, const Lookalike& found) {
  namespace tables = schema::lookalike;
  const std::string path(tables::kPath);
  add_numbers(content, path, found);
  if (!found.why_not.empty()) return;
  add_columns(content, child_path(path, tables::kColumns), found.columns);
  add_factors(content, child_path(path, tables::kFactors), found.factors);
  add_curves(content, path, found);
  // Here ids of accounts leave the program outside /accounts.
  Entry& closest = content.add_table(child_path(path, tables::kClosest), RowsOf::kRoot, found.closest.size());
  RowColumns(content, closest, found.closest)
      .add(schema::closest::kAccountId, &CloseProspect::account_id)
      .add(schema::closest::kLikeness, &CloseProspect::likeness);
}

void add_segment_likeness(Content& content, const std::string& path, const std::vector<SegmentLikeness>& rows) {
  if (rows.empty()) return;
  namespace names = schema::segment_likeness;
  Entry& entry = content.add_table(child_path(path, schema::lookalike::kBySegment), RowsOf::kRoot, rows.size());
  RowColumns(content, entry, rows)
      .add(names::kSegment, &SegmentLikeness::segment)
      .add(names::kProspects, &SegmentLikeness::prospects)
      .add(names::kContactable, &SegmentLikeness::contactable)
      .add(names::kMean, &SegmentLikeness::mean)
      .add(names::kAbove, &SegmentLikeness::above)
      .add(names::kAboveContactable, &SegmentLikeness::above_contactable);
}

}  // namespace tessera::results
