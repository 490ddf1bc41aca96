#include "results/read_measures.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <optional>

#include "results/names.hpp"
#include "results/stored_table.hpp"
#include "storage/schema_measures.hpp"

namespace tessera::results {

namespace {

namespace schema = storage::schema;
using storage::child_path;
using storage::FileReader;

/// A column of 0 and 1.
template <class Row>
void fill_flags(std::vector<Row>& rows, const std::vector<std::int8_t>& cells, bool Row::*member) {
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*member = cells[i] == 1;
}

Level level_called(const std::string& word, const std::string& path) {
  const std::optional<Level> level = level_of(word);
  if (!level) refuse(path, fmt::format("names the unknown level \"{}\"", word));
  return *level;
}

std::vector<KpiValue> read_kpis(const FileReader& reader, const std::string& path, std::size_t n_segments) {
  namespace columns = schema::kpi;
  const StoredTable table(reader, child_path(path, schema::segmentation::kKpi), columns::kSegment);
  std::vector<KpiValue> rows(table.rows());
  fill(rows, table.references(columns::kSegment, n_segments, false), &KpiValue::segment);
  fill(rows, table.texts(columns::kKpi), &KpiValue::kpi);
  fill(rows, table.numbers<std::int64_t>(columns::kCount), &KpiValue::count);
  fill(rows, table.numbers<double>(columns::kEstimate), &KpiValue::estimate);
  fill(rows, table.numbers<double>(columns::kLow), &KpiValue::low);
  fill(rows, table.numbers<double>(columns::kHigh), &KpiValue::high);
  fill(rows, table.numbers<double>(columns::kKnown), &KpiValue::known);
  fill_flags(rows, table.numbers<std::int8_t>(columns::kTooFew), &KpiValue::too_few);
  return rows;
}

std::vector<KpiVariance> read_kpi_variance(const FileReader& reader, const std::string& path) {
  namespace columns = schema::kpi_variance;
  const StoredTable table(reader, child_path(path, schema::segmentation::kKpiVariance), columns::kLevel);
  std::vector<KpiVariance> rows(table.rows());
  const std::vector<std::string> levels = table.texts(columns::kLevel);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].level = level_called(levels[i], path);
  fill(rows, table.texts(columns::kKpi), &KpiVariance::kpi);
  fill(rows, table.numbers<std::int64_t>(columns::kSegments), &KpiVariance::segments);
  fill(rows, table.numbers<std::int64_t>(columns::kAccounts), &KpiVariance::accounts);
  fill(rows, table.numbers<double>(columns::kEtaSquared), &KpiVariance::eta_squared);
  fill(rows, table.numbers<double>(columns::kF), &KpiVariance::f);
  fill(rows, table.numbers<double>(columns::kPValue), &KpiVariance::p_value);
  fill(rows, table.numbers<double>(columns::kQValue), &KpiVariance::q_value);
  return rows;
}

std::vector<Penetration> read_penetration(const FileReader& reader, const std::string& path, std::size_t n_segments) {
  namespace columns = schema::penetration;
  const StoredTable table(reader, child_path(path, schema::segmentation::kPenetration), columns::kSegment);
  std::vector<Penetration> rows(table.rows());
  fill(rows, table.references(columns::kSegment, n_segments, false), &Penetration::segment);
  fill(rows, table.numbers<std::int64_t>(columns::kCustomers), &Penetration::customers);
  fill(rows, table.numbers<std::int64_t>(columns::kProspects), &Penetration::prospects);
  fill(rows, table.numbers<double>(columns::kShare), &Penetration::share);
  fill(rows, table.numbers<double>(columns::kLow), &Penetration::low);
  fill(rows, table.numbers<double>(columns::kHigh), &Penetration::high);
  fill(rows, table.numbers<double>(columns::kReference), &Penetration::reference);
  fill(rows, table.numbers<std::int32_t>(columns::kComparedWith), &Penetration::compared_with);
  fill(rows, table.numbers<double>(columns::kWhiteSpace), &Penetration::white_space);
  fill(rows, table.numbers<double>(columns::kCustomerValue), &Penetration::customer_value);
  fill(rows, table.numbers<double>(columns::kWorth), &Penetration::worth);
  fill(rows, table.numbers<double>(columns::kWorthLow), &Penetration::worth_low);
  fill(rows, table.numbers<double>(columns::kWorthHigh), &Penetration::worth_high);
  fill(rows, table.numbers<double>(columns::kCustomersValue), &Penetration::customers_value);
  fill(rows, table.numbers<double>(columns::kCompanies), &Penetration::companies);
  fill(rows, table.numbers<double>(columns::kSpend), &Penetration::spend);
  fill(rows, table.numbers<double>(columns::kShareOfCompanies), &Penetration::share_of_companies);
  fill(rows, table.numbers<double>(columns::kShareOfSpend), &Penetration::share_of_spend);
  return rows;
}

std::vector<Affinity> read_affinities(const FileReader& reader, const std::string& path, std::size_t n_segments) {
  namespace columns = schema::affinity;
  const StoredTable table(reader, child_path(path, schema::segmentation::kAffinity), columns::kSegment);
  std::vector<Affinity> rows(table.rows());
  fill(rows, table.references(columns::kSegment, n_segments, false), &Affinity::segment);
  fill(rows, table.texts(columns::kAffinity), &Affinity::affinity);
  fill(rows, table.texts(columns::kSeniority), &Affinity::seniority);
  fill(rows, table.texts(columns::kChoice), &Affinity::choice);
  fill(rows, table.numbers<std::int64_t>(columns::kCount), &Affinity::count);
  fill(rows, table.numbers<std::int64_t>(columns::kKnown), &Affinity::known);
  fill(rows, table.numbers<double>(columns::kShare), &Affinity::share);
  fill(rows, table.numbers<double>(columns::kLow), &Affinity::low);
  fill(rows, table.numbers<double>(columns::kHigh), &Affinity::high);
  fill(rows, table.numbers<double>(columns::kLift), &Affinity::lift);
  fill(rows, table.numbers<double>(columns::kLiftLow), &Affinity::lift_low);
  fill(rows, table.numbers<double>(columns::kLiftHigh), &Affinity::lift_high);
  fill_flags(rows, table.numbers<std::int8_t>(columns::kIsPreferred), &Affinity::is_preferred);
  return rows;
}

std::vector<ExpectedReturn> read_returns(const FileReader& reader, const std::string& path, std::size_t n_segments) {
  namespace columns = schema::returns;
  const StoredTable table(reader, child_path(path, schema::segmentation::kReturns), columns::kSegment);
  std::vector<ExpectedReturn> rows(table.rows());
  fill(rows, table.references(columns::kSegment, n_segments, false), &ExpectedReturn::segment);
  fill(rows, table.numbers<std::int64_t>(columns::kContacted), &ExpectedReturn::contacted);
  fill(rows, table.numbers<std::int64_t>(columns::kResponses), &ExpectedReturn::responses);
  fill(rows, table.numbers<double>(columns::kResponseRate), &ExpectedReturn::response_rate);
  fill(rows, table.numbers<double>(columns::kRateLow), &ExpectedReturn::rate_low);
  fill(rows, table.numbers<double>(columns::kRateHigh), &ExpectedReturn::rate_high);
  fill(rows, table.numbers<double>(columns::kValuePerResponse), &ExpectedReturn::value_per_response);
  fill(rows, table.numbers<double>(columns::kAContact), &ExpectedReturn::a_contact);
  fill(rows, table.numbers<double>(columns::kLow), &ExpectedReturn::low);
  fill(rows, table.numbers<double>(columns::kHigh), &ExpectedReturn::high);
  fill_flags(rows, table.numbers<std::int8_t>(columns::kTooFew), &ExpectedReturn::too_few);
  return rows;
}

}  // namespace

void read_measures(const FileReader& reader, const std::string& path, Insight& insight) {
  insight.kpis = read_kpis(reader, path, insight.segments.size());
  insight.kpi_variance = read_kpi_variance(reader, path);
  insight.penetration = read_penetration(reader, path, insight.segments.size());
  insight.affinities = read_affinities(reader, path, insight.segments.size());
  insight.returns = read_returns(reader, path, insight.segments.size());
}

}  // namespace tessera::results
