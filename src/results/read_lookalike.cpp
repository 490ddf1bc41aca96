#include "results/read_lookalike.hpp"

#include <limits>

#include "results/stored_table.hpp"
#include "storage/schema_lookalike.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::FileReader;

namespace {

void read_numbers(const FileReader& reader, const std::string& path, Lookalike& found) {
  namespace names = schema::lookalike;
  const auto count = [&](schema::Name name) { return reader.integer(path, std::string(name)); };
  const auto number = [&](schema::Name name) { return reader.number(path, std::string(name)); };
  found.why_not = reader.text(path, std::string(names::kWhyNot));
  found.prospects = count(names::kProspects);
  found.contactable = count(names::kContactable);
  found.best = count(names::kBest);
  found.rest = count(names::kRest);
  found.held_out_best = count(names::kHeldOutBest);
  found.held_out_rest = count(names::kHeldOutRest);
  const std::int64_t steps = count(names::kSteps);
  if (!std::in_range<int>(steps)) refuse(path, fmt::format("{} is {}", names::kSteps, steps));
  found.steps = static_cast<int>(steps);
  found.above = count(names::kAbove);
  found.above_contactable = count(names::kAboveContactable);
  found.penalty = number(names::kPenalty);
  found.intercept = number(names::kIntercept);
  found.auc = number(names::kAuc);
  found.auc_low = number(names::kAucLow);
  found.auc_high = number(names::kAucHigh);
  found.threshold = number(names::kThreshold);
}

std::vector<LikenessColumn> read_columns(const FileReader& reader, const std::string& path) {
  namespace names = schema::likeness_columns;
  const StoredTable table(reader, path, names::kColumn);
  std::vector<LikenessColumn> columns(table.rows());
  fill(columns, table.texts(names::kColumn), &LikenessColumn::column);
  fill(columns, table.texts(names::kWhyNot), &LikenessColumn::why_not);
  fill(columns, table.numbers<double>(names::kAlone), &LikenessColumn::alone);
  fill(columns, table.numbers<double>(names::kEffect), &LikenessColumn::effect);
  const std::vector<std::int8_t> is_used = table.numbers<std::int8_t>(names::kIsUsed);
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].is_used = is_used[i] == 1;
  return columns;
}

std::vector<LikenessFactor> read_factors(const FileReader& reader, const std::string& path) {
  namespace names = schema::likeness_factors;
  const StoredTable table(reader, path, schema::encoding::kColumn);
  std::vector<LikenessFactor> factors(table.rows());
  fill(factors, table.numbers<double>(names::kCoefficient), &LikenessFactor::coefficient);
  fill(factors, table.numbers<double>(names::kSd), &LikenessFactor::sd);
  fill(factors, table.numbers<double>(names::kEffect), &LikenessFactor::effect);
  fill(factors, table.texts(names::kWords), &LikenessFactor::words);
  const std::vector<std::string> columns = table.texts(schema::encoding::kColumn);
  const std::vector<std::string> features = table.texts(schema::encoding::kName);
  const std::vector<std::string> categories = table.texts(schema::encoding::kCategory);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    factors[i].encoded.column = columns[i];
    factors[i].encoded.name = features[i];
    factors[i].encoded.category = categories[i];
  }
  return factors;
}

std::vector<CalibrationTenth> read_calibration(const FileReader& reader, const std::string& path) {
  namespace names = schema::calibration;
  const StoredTable table(reader, path, names::kCustomers);
  std::vector<CalibrationTenth> tenths(table.rows());
  fill(tenths, table.numbers<std::int64_t>(names::kCustomers), &CalibrationTenth::customers);
  fill(tenths, table.numbers<double>(names::kExpected), &CalibrationTenth::expected);
  fill(tenths, table.numbers<std::int64_t>(names::kBest), &CalibrationTenth::best);
  fill(tenths, table.numbers<double>(names::kObserved), &CalibrationTenth::observed);
  fill(tenths, table.numbers<double>(names::kLow), &CalibrationTenth::low);
  fill(tenths, table.numbers<double>(names::kHigh), &CalibrationTenth::high);
  return tenths;
}

std::vector<ReachPoint> read_reach(const FileReader& reader, const std::string& path) {
  namespace names = schema::reach;
  const StoredTable table(reader, path, names::kReach);
  std::vector<ReachPoint> curve(table.rows());
  fill(curve, table.numbers<double>(names::kReach), &ReachPoint::reach);
  fill(curve, table.numbers<std::int64_t>(names::kProspects), &ReachPoint::prospects);
  fill(curve, table.numbers<std::int64_t>(names::kContactable), &ReachPoint::contactable);
  fill(curve, table.numbers<double>(names::kLikeness), &ReachPoint::likeness);
  fill(curve, table.numbers<double>(names::kMean), &ReachPoint::mean);
  return curve;
}

std::vector<CloseProspect> read_closest(const FileReader& reader, const std::string& path) {
  const StoredTable table(reader, path, schema::closest::kAccountId);
  std::vector<CloseProspect> closest(table.rows());
  fill(closest, table.texts(schema::closest::kAccountId), &CloseProspect::account_id);
  fill(closest, table.numbers<double>(schema::closest::kLikeness), &CloseProspect::likeness);
  return closest;
}

}  // namespace

std::optional<Lookalike> read_lookalike(const FileReader& reader) {
  namespace tables = schema::lookalike;
  const std::string path(tables::kPath);
  if (!reader.has(path)) return std::nullopt;
  Lookalike found;
  read_numbers(reader, path, found);
  if (!found.why_not.empty()) return found;
  found.columns = read_columns(reader, child_path(path, tables::kColumns));
  found.factors = read_factors(reader, child_path(path, tables::kFactors));
  found.calibration = read_calibration(reader, child_path(path, tables::kCalibration));
  found.reach = read_reach(reader, child_path(path, tables::kReach));
  found.closest = read_closest(reader, child_path(path, tables::kClosest));
  return found;
}

std::vector<SegmentLikeness> read_segment_likeness(const FileReader& reader, const std::string& path,
                                                   std::size_t n_segments) {
  namespace names = schema::segment_likeness;
  const std::string table_path = child_path(path, schema::lookalike::kBySegment);
  if (!reader.has(table_path)) return {};
  const StoredTable table(reader, table_path, names::kSegment);
  std::vector<SegmentLikeness> rows(table.rows());
  fill(rows, table.references(names::kSegment, n_segments, false), &SegmentLikeness::segment);
  fill(rows, table.numbers<std::int64_t>(names::kProspects), &SegmentLikeness::prospects);
  fill(rows, table.numbers<std::int64_t>(names::kContactable), &SegmentLikeness::contactable);
  fill(rows, table.numbers<double>(names::kMean), &SegmentLikeness::mean);
  fill(rows, table.numbers<std::int64_t>(names::kAbove), &SegmentLikeness::above);
  fill(rows, table.numbers<std::int64_t>(names::kAboveContactable), &SegmentLikeness::above_contactable);
  return rows;
}

}  // namespace tessera::results
