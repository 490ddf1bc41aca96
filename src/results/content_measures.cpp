#include "results/content_parts.hpp"
#include "results/names.hpp"
#include "storage/schema_measures.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::RowsOf;

namespace {

void add_kpis(Content& content, const std::string& path, const std::vector<KpiValue>& kpis) {
  namespace columns = schema::kpi;
  Entry& entry = content.add_table(child_path(path, schema::segmentation::kKpi), RowsOf::kRoot, kpis.size());
  RowColumns(content, entry, kpis)
      .add(columns::kSegment, &KpiValue::segment)
      .add_category(columns::kKpi, &KpiValue::kpi)
      .add(columns::kCount, &KpiValue::count)
      .add(columns::kEstimate, &KpiValue::estimate)
      .add(columns::kLow, &KpiValue::low)
      .add(columns::kHigh, &KpiValue::high)
      .add(columns::kKnown, &KpiValue::known)
      .add(columns::kTooFew, &KpiValue::too_few);
}

void add_kpi_variance(Content& content, const std::string& path, const std::vector<KpiVariance>& variance) {
  namespace columns = schema::kpi_variance;
  Entry& entry =
      content.add_table(child_path(path, schema::segmentation::kKpiVariance), RowsOf::kRoot, variance.size());
  RowColumns(content, entry, variance)
      .add_category(columns::kLevel, [](const KpiVariance& row) { return name_of(row.level); })
      .add_category(columns::kKpi, &KpiVariance::kpi)
      .add(columns::kSegments, &KpiVariance::segments)
      .add(columns::kAccounts, &KpiVariance::accounts)
      .add(columns::kEtaSquared, &KpiVariance::eta_squared)
      .add(columns::kF, &KpiVariance::f)
      .add(columns::kPValue, &KpiVariance::p_value)
      .add(columns::kQValue, &KpiVariance::q_value);
}

void add_penetration(Content& content, const std::string& path, const std::vector<Penetration>& rows) {
  namespace columns = schema::penetration;
  Entry& entry = content.add_table(child_path(path, schema::segmentation::kPenetration), RowsOf::kRoot, rows.size());
  RowColumns(content, entry, rows)
      .add(columns::kSegment, &Penetration::segment)
      .add(columns::kCustomers, &Penetration::customers)
      .add(columns::kProspects, &Penetration::prospects)
      .add(columns::kShare, &Penetration::share)
      .add(columns::kLow, &Penetration::low)
      .add(columns::kHigh, &Penetration::high)
      .add(columns::kReference, &Penetration::reference)
      .add(columns::kComparedWith, &Penetration::compared_with)
      .add(columns::kWhiteSpace, &Penetration::white_space)
      .add(columns::kCustomerValue, &Penetration::customer_value)
      .add(columns::kWorth, &Penetration::worth)
      .add(columns::kWorthLow, &Penetration::worth_low)
      .add(columns::kWorthHigh, &Penetration::worth_high)
      .add(columns::kCustomersValue, &Penetration::customers_value)
      .add(columns::kCompanies, &Penetration::companies)
      .add(columns::kSpend, &Penetration::spend)
      .add(columns::kShareOfCompanies, &Penetration::share_of_companies)
      .add(columns::kShareOfSpend, &Penetration::share_of_spend);
}

void add_affinities(Content& content, const std::string& path, const std::vector<Affinity>& rows) {
  namespace columns = schema::affinity;
  Entry& entry = content.add_table(child_path(path, schema::segmentation::kAffinity), RowsOf::kRoot, rows.size());
  RowColumns(content, entry, rows)
      .add(columns::kSegment, &Affinity::segment)
      .add_category(columns::kAffinity, &Affinity::affinity)
      .add_category(columns::kSeniority, &Affinity::seniority)
      .add_category(columns::kChoice, &Affinity::choice)
      .add(columns::kCount, &Affinity::count)
      .add(columns::kKnown, &Affinity::known)
      .add(columns::kShare, &Affinity::share)
      .add(columns::kLow, &Affinity::low)
      .add(columns::kHigh, &Affinity::high)
      .add(columns::kLift, &Affinity::lift)
      .add(columns::kLiftLow, &Affinity::lift_low)
      .add(columns::kLiftHigh, &Affinity::lift_high)
      .add(columns::kIsPreferred, &Affinity::is_preferred);
}

void add_returns(Content& content, const std::string& path, const std::vector<ExpectedReturn>& rows) {
  namespace columns = schema::returns;
  Entry& entry = content.add_table(child_path(path, schema::segmentation::kReturns), RowsOf::kRoot, rows.size());
  RowColumns(content, entry, rows)
      .add(columns::kSegment, &ExpectedReturn::segment)
      .add(columns::kContacted, &ExpectedReturn::contacted)
      .add(columns::kResponses, &ExpectedReturn::responses)
      .add(columns::kResponseRate, &ExpectedReturn::response_rate)
      .add(columns::kRateLow, &ExpectedReturn::rate_low)
      .add(columns::kRateHigh, &ExpectedReturn::rate_high)
      .add(columns::kValuePerResponse, &ExpectedReturn::value_per_response)
      .add(columns::kAContact, &ExpectedReturn::a_contact)
      .add(columns::kLow, &ExpectedReturn::low)
      .add(columns::kHigh, &ExpectedReturn::high)
      .add(columns::kTooFew, &ExpectedReturn::too_few);
}

}  // namespace

void add_measures(Content& content, const std::string& path, const Insight& insight) {
  add_kpis(content, path, insight.kpis);
  add_kpi_variance(content, path, insight.kpi_variance);
  add_penetration(content, path, insight.penetration);
  add_affinities(content, path, insight.affinities);
  add_returns(content, path, insight.returns);
}

}  // namespace tessera::results
