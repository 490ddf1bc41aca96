#include "results/content_parts.hpp"
#include "results/names.hpp"
#include "storage/schema_drift.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::RowsOf;

namespace {

struct DistributionRow {
  const FeatureDistribution* feature;
  const DistributionBin* bin;
};

void add_bins(Content& content, const std::string& path, const std::vector<FeatureDistribution>& distribution) {
  namespace columns = schema::distribution;
  std::vector<DistributionRow> rows;
  for (const FeatureDistribution& feature : distribution)
    for (const DistributionBin& bin : feature.bins) rows.push_back({&feature, &bin});
  Entry& entry = content.add_table(child_path(path, columns::kBins), RowsOf::kRoot, rows.size());
  RowColumns(content, entry, rows)
      .add_category(columns::kColumn, [](const auto& row) { return row.feature->column; })
      .add_category(columns::kType, [](const auto& row) { return std::string(name_of(row.feature->type)); })
      .add_category(columns::kKind, [](const auto& row) { return std::string(name_of(row.bin->kind)); })
      .add(columns::kLow, [](const auto& row) { return row.bin->low; })
      .add(columns::kHigh, [](const auto& row) { return row.bin->high; })
      .add(columns::kCategory, [](const auto& row) { return row.bin->category; })
      .add(columns::kAccounts, [](const auto& row) { return row.bin->accounts; });
}

void add_whole_kpis(Content& content, const std::string& path, const std::vector<KpiValue>& kpis) {
  namespace columns = schema::distribution;
  Entry& entry = content.add_table(child_path(path, columns::kKpis), RowsOf::kRoot, kpis.size());
  RowColumns(content, entry, kpis)
      .add(columns::kKpi, &KpiValue::kpi)
      .add(columns::kCount, &KpiValue::count)
      .add(columns::kEstimate, &KpiValue::estimate)
      .add(columns::kEstimateLow, &KpiValue::low)
      .add(columns::kEstimateHigh, &KpiValue::high);
}

/// A row of a Drift, and the night that it is since.
template <class Row>
struct Since {
  const Drift* drift;
  const Row* row;
};

template <class Row>
RowColumns<Since<Row>> add_since(Content& content, Entry& entry, const std::vector<Since<Row>>& rows) {
  RowColumns columns(content, entry, rows);
  columns.add_category(schema::drift::kSince, [](const auto& row) { return std::string(name_of(row.drift->since)); })
      .add_category(schema::drift::kNight, [](const auto& row) { return row.drift->night; });
  return columns;
}

void add_features(Content& content, const std::string& path, const std::vector<Drift>& drifts) {
  namespace columns = schema::drift;
  std::vector<Since<FeatureDrift>> rows;
  for (const Drift& drift : drifts)
    for (const FeatureDrift& feature : drift.features) rows.push_back({&drift, &feature});
  Entry& entry = content.add_table(child_path(path, columns::kFeatures), RowsOf::kRoot, rows.size());
  add_since(content, entry, rows)
      .add_category(schema::distribution::kColumn, [](const auto& row) { return row.row->column; })
      .add_category(schema::distribution::kType, [](const auto& row) { return std::string(name_of(row.row->type)); })
      .add(columns::kThen, [](const auto& row) { return row.row->then; })
      .add(columns::kNow, [](const auto& row) { return row.row->now; })
      .add(columns::kIndex, [](const auto& row) { return row.row->index; })
      .add(columns::kPValue, [](const auto& row) { return row.row->p_value; })
      .add(columns::kWhyNot, [](const auto& row) { return row.row->why_not; });
}

struct BinRow {
  const Drift* drift;
  const FeatureDrift* feature;
  const FeatureDrift::Bin* bin;
};

void add_drift_bins(Content& content, const std::string& path, const std::vector<Drift>& drifts) {
  namespace columns = schema::drift;
  std::vector<BinRow> rows;
  for (const Drift& drift : drifts)
    for (const FeatureDrift& feature : drift.features)
      for (const FeatureDrift::Bin& bin : feature.bins) rows.push_back({&drift, &feature, &bin});
  Entry& entry = content.add_table(child_path(path, columns::kBins), RowsOf::kRoot, rows.size());
  RowColumns(content, entry, rows)
      .add_category(columns::kSince, [](const auto& row) { return std::string(name_of(row.drift->since)); })
      .add_category(schema::distribution::kColumn, [](const auto& row) { return row.feature->column; })
      .add_category(schema::distribution::kKind,
                    [](const auto& row) { return std::string(name_of(row.bin->bin.kind)); })
      .add(schema::distribution::kLow, [](const auto& row) { return row.bin->bin.low; })
      .add(schema::distribution::kHigh, [](const auto& row) { return row.bin->bin.high; })
      .add(schema::distribution::kCategory, [](const auto& row) { return row.bin->bin.category; })
      .add(columns::kThen, [](const auto& row) { return row.bin->bin.accounts; })
      .add(columns::kNow, [](const auto& row) { return row.bin->now; })
      .add(columns::kPart, [](const auto& row) { return row.bin->part; });
}

void add_kpi_drift(Content& content, const std::string& path, const std::vector<Drift>& drifts) {
  namespace columns = schema::drift;
  std::vector<Since<KpiDrift>> rows;
  for (const Drift& drift : drifts)
    for (const KpiDrift& kpi : drift.kpis) rows.push_back({&drift, &kpi});
  Entry& entry = content.add_table(child_path(path, columns::kKpis), RowsOf::kRoot, rows.size());
  add_since(content, entry, rows)
      .add(columns::kSegment, [](const auto& row) { return row.row->segment; })
      .add_category(schema::distribution::kKpi, [](const auto& row) { return row.row->kpi; })
      .add(columns::kThenCount, [](const auto& row) { return row.row->then.count; })
      .add(columns::kThenEstimate, [](const auto& row) { return row.row->then.estimate; })
      .add(columns::kThenLow, [](const auto& row) { return row.row->then.low; })
      .add(columns::kThenHigh, [](const auto& row) { return row.row->then.high; })
      .add(columns::kNowCount, [](const auto& row) { return row.row->now.count; })
      .add(columns::kNowEstimate, [](const auto& row) { return row.row->now.estimate; })
      .add(columns::kNowLow, [](const auto& row) { return row.row->now.low; })
      .add(columns::kNowHigh, [](const auto& row) { return row.row->now.high; })
      .add(columns::kChange, [](const auto& row) { return row.row->change; })
      .add(columns::kLow, [](const auto& row) { return row.row->low; })
      .add(columns::kHigh, [](const auto& row) { return row.row->high; })
      .add(columns::kPValue, [](const auto& row) { return row.row->p_value; })
      .add(columns::kQValue, [](const auto& row) { return row.row->q_value; });
}

}  // namespace

void add_drift(Content& content, const std::string& path, const SegmentationResult& segmentation) {
  const std::string distribution = child_path(path, schema::distribution::kGroup);
  add_bins(content, distribution, segmentation.distribution);
  add_whole_kpis(content, distribution, segmentation.insight.whole_kpis);
  if (segmentation.drift.empty()) return;
  const std::string drift = child_path(child_path(path, schema::segmentation::kEvolution), schema::evolution::kDrift);
  add_features(content, drift, segmentation.drift);
  add_drift_bins(content, drift, segmentation.drift);
  add_kpi_drift(content, drift, segmentation.drift);
}

void add_gate(Content& content, const GateReport& report) {
  namespace columns = schema::gate;
  if (report.checks.empty()) return;
  Entry& entry = content.add_table(std::string(columns::kPath), RowsOf::kRoot, report.checks.size());
  RowColumns(content, entry, report.checks)
      .add(columns::kCheck, &GateCheck::check)
      .add(columns::kSubject, &GateCheck::subject)
      .add(columns::kSince, &GateCheck::since)
      .add(columns::kValue, &GateCheck::value)
      .add(columns::kLimit, &GateCheck::limit)
      .add_category(columns::kResult, [](const GateCheck& row) { return std::string(name_of(row.result)); })
      .add(columns::kMessage, &GateCheck::message);
}

}  // namespace tessera::results
