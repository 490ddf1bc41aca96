#include "results/read_drift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "results/names.hpp"
#include "results/stored_bins.hpp"
#include "results/stored_table.hpp"
#include "storage/schema_drift.hpp"

namespace tessera::results {

namespace {

namespace schema = storage::schema;
using storage::child_path;
using storage::FileReader;

template <class E>
E meaning(const std::string& word, const std::string& path, std::initializer_list<E> values) {
  for (const E value : values)
    if (name_of(value) == word) return value;
  refuse(path, fmt::format("has the unknown word \"{}\"", word));
}

ColumnType type_of(const std::string& word, const std::string& path) {
  return meaning(word, path, {ColumnType::kNumber, ColumnType::kCategory, ColumnType::kFlag, ColumnType::kDate});
}

/// The bins of a table, by row; without accounts.
std::vector<DistributionBin> read_bin_columns(const StoredTable& table, const std::string& path) {
  namespace columns = schema::distribution;
  using Kind = DistributionBin::Kind;
  std::vector<DistributionBin> bins(table.rows());
  fill(bins, table.numbers<double>(columns::kLow), &DistributionBin::low);
  fill(bins, table.numbers<double>(columns::kHigh), &DistributionBin::high);
  fill(bins, table.texts(columns::kCategory), &DistributionBin::category);
  const std::vector<std::string> kinds = table.texts(columns::kKind);
  for (std::size_t i = 0; i < bins.size(); ++i)
    bins[i].kind = meaning(kinds[i], path, {Kind::kRange, Kind::kCategory, Kind::kOther, Kind::kMissing});
  return bins;
}

std::vector<FeatureDistribution> read_distribution(const FileReader& reader, const std::string& path) {
  namespace columns = schema::distribution;
  const StoredTable table(reader, path, columns::kColumn);
  std::vector<DistributionBin> bins = read_bin_columns(table, path);
  fill(bins, table.numbers<std::int64_t>(columns::kAccounts), &DistributionBin::accounts);
  const std::vector<std::string> names = table.texts(columns::kColumn), types = table.texts(columns::kType);
  std::vector<FeatureDistribution> features;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (features.empty() || features.back().column != names[i])
      features.push_back({names[i], type_of(types[i], path), {}});
    features.back().bins.push_back(std::move(bins[i]));
  }
  for (const FeatureDistribution& feature : features)
    if (const std::string wrong = wrong_with(feature); !wrong.empty())
      refuse(path, fmt::format("the bins of {} cannot be used: {}", feature.column, wrong));
  return features;
}

std::vector<KpiValue> read_whole_kpis(const FileReader& reader, const std::string& path) {
  namespace columns = schema::distribution;
  const StoredTable table(reader, path, columns::kKpi);
  std::vector<KpiValue> kpis(table.rows());
  fill(kpis, table.texts(columns::kKpi), &KpiValue::kpi);
  fill(kpis, table.numbers<std::int64_t>(columns::kCount), &KpiValue::count);
  fill(kpis, table.numbers<double>(columns::kEstimate), &KpiValue::estimate);
  fill(kpis, table.numbers<double>(columns::kEstimateLow), &KpiValue::low);
  fill(kpis, table.numbers<double>(columns::kEstimateHigh), &KpiValue::high);
  for (KpiValue& kpi : kpis) kpi.segment = -1;
  return kpis;
}

/// The drifts that rows belong to, by since which night.
class Drifts {
 public:
  explicit Drifts(std::string path) : path_(std::move(path)) {}
  Drift& since(const std::string& word, const std::string& night) {
    const Drift::Since value = meaning(word, path_, {Drift::Since::kLastNight, Drift::Since::kBaseline});
    auto found = std::ranges::find(drifts, value, &Drift::since);
    if (found == drifts.end()) {
      drifts.push_back({value, night, {}, {}});
      return drifts.back();
    }
    return *found;
  }
  std::vector<Drift> drifts;

 private:
  std::string path_;
};

void read_features(const FileReader& reader, const std::string& path, Drifts& drifts) {
  namespace columns = schema::drift;
  const StoredTable table(reader, path, columns::kSince);
  std::vector<FeatureDrift> features(table.rows());
  fill(features, table.texts(schema::distribution::kColumn), &FeatureDrift::column);
  fill(features, table.numbers<std::int64_t>(columns::kThen), &FeatureDrift::then);
  fill(features, table.numbers<std::int64_t>(columns::kNow), &FeatureDrift::now);
  fill(features, table.numbers<double>(columns::kIndex), &FeatureDrift::index);
  fill(features, table.numbers<double>(columns::kPValue), &FeatureDrift::p_value);
  fill(features, table.texts(columns::kWhyNot), &FeatureDrift::why_not);
  const auto since = table.texts(columns::kSince), nights = table.texts(columns::kNight);
  const std::vector<std::string> types = table.texts(schema::distribution::kType);
  for (std::size_t i = 0; i < features.size(); ++i) {
    features[i].type = type_of(types[i], path);
    drifts.since(since[i], nights[i]).features.push_back(std::move(features[i]));
  }
}

void read_drift_bins(const FileReader& reader, const std::string& path, Drifts& drifts) {
  namespace columns = schema::drift;
  const StoredTable table(reader, path, columns::kSince);
  std::vector<DistributionBin> bins = read_bin_columns(table, path);
  fill(bins, table.numbers<std::int64_t>(columns::kThen), &DistributionBin::accounts);
  const auto now = table.numbers<std::int64_t>(columns::kNow);
  const auto part = table.numbers<double>(columns::kPart);
  const auto since = table.texts(columns::kSince), names = table.texts(schema::distribution::kColumn);
  std::map<std::pair<std::string, std::string>, FeatureDrift*> features;
  for (Drift& drift : drifts.drifts)
    for (FeatureDrift& feature : drift.features)
      features.emplace(std::pair(std::string(name_of(drift.since)), feature.column), &feature);
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const auto found = features.find({since[i], names[i]});
    if (found == features.end()) refuse(path, fmt::format("has a bin of {}, which has not drifted", names[i]));
    found->second->bins.push_back({std::move(bins[i]), now[i], part[i]});
  }
}

void fill_value(std::vector<KpiDrift>& rows, KpiValue KpiDrift::*night, const std::vector<std::int64_t>& count,
                const std::vector<double>& estimate, const std::vector<double>& low, const std::vector<double>& high) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    KpiValue& value = rows[i].*night;
    value.segment = rows[i].segment;
    value.kpi = rows[i].kpi;
    value.count = count[i];
    value.estimate = estimate[i];
    value.low = low[i];
    value.high = high[i];
  }
}

void read_kpi_drift(const FileReader& reader, const std::string& path, std::size_t n_segments, Drifts& drifts) {
  namespace columns = schema::drift;
  const StoredTable table(reader, path, columns::kSince);
  std::vector<KpiDrift> rows(table.rows());
  fill(rows, table.references(columns::kSegment, n_segments, true), &KpiDrift::segment);
  fill(rows, table.texts(schema::distribution::kKpi), &KpiDrift::kpi);
  const auto numbers = [&](const schema::ColumnName& name) { return table.numbers<double>(name); };
  fill_value(rows, &KpiDrift::then, table.numbers<std::int64_t>(columns::kThenCount), numbers(columns::kThenEstimate),
             numbers(columns::kThenLow), numbers(columns::kThenHigh));
  fill_value(rows, &KpiDrift::now, table.numbers<std::int64_t>(columns::kNowCount), numbers(columns::kNowEstimate),
             numbers(columns::kNowLow), numbers(columns::kNowHigh));
  fill(rows, numbers(columns::kChange), &KpiDrift::change);
  fill(rows, numbers(columns::kLow), &KpiDrift::low);
  fill(rows, numbers(columns::kHigh), &KpiDrift::high);
  fill(rows, numbers(columns::kPValue), &KpiDrift::p_value);
  fill(rows, numbers(columns::kQValue), &KpiDrift::q_value);
  const auto since = table.texts(columns::kSince), nights = table.texts(columns::kNight);
  for (std::size_t i = 0; i < rows.size(); ++i) drifts.since(since[i], nights[i]).kpis.push_back(std::move(rows[i]));
}

}  // namespace

void read_drift(const FileReader& reader, const std::string& path, ResultsSummary::Segmentation& segmentation) {
  const std::string distribution = child_path(path, schema::distribution::kGroup);
  if (reader.has(distribution)) {
    segmentation.distribution = read_distribution(reader, child_path(distribution, schema::distribution::kBins));
    segmentation.insight.whole_kpis = read_whole_kpis(reader, child_path(distribution, schema::distribution::kKpis));
  }
  const std::string evolution = child_path(path, schema::segmentation::kEvolution);
  const std::string drift = child_path(evolution, schema::evolution::kDrift);
  if (!reader.has(evolution) || !reader.has(drift)) return;
  Drifts drifts(drift);
  read_features(reader, child_path(drift, schema::drift::kFeatures), drifts);
  read_drift_bins(reader, child_path(drift, schema::drift::kBins), drifts);
  read_kpi_drift(reader, child_path(drift, schema::drift::kKpis), segmentation.insight.segments.size(), drifts);
  segmentation.drift = std::move(drifts.drifts);
}

GateReport read_gate(const FileReader& reader) {
  namespace columns = schema::gate;
  const std::string path(columns::kPath);
  if (!reader.has(path)) return {};
  const StoredTable table(reader, path, columns::kCheck);
  GateReport report;
  report.checks.resize(table.rows());
  fill(report.checks, table.texts(columns::kCheck), &GateCheck::check);
  fill(report.checks, table.texts(columns::kSubject), &GateCheck::subject);
  fill(report.checks, table.texts(columns::kSince), &GateCheck::since);
  fill(report.checks, table.numbers<double>(columns::kValue), &GateCheck::value);
  fill(report.checks, table.numbers<double>(columns::kLimit), &GateCheck::limit);
  fill(report.checks, table.texts(columns::kMessage), &GateCheck::message);
  const std::vector<std::string> results = table.texts(columns::kResult);
  for (std::size_t i = 0; i < results.size(); ++i)
    report.checks[i].result =
        meaning(results[i], path, {CheckResult::kPass, CheckResult::kWarning, CheckResult::kHold});
  return report;
}

}  // namespace tessera::results
