#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/figures.hpp"
#include "cli/level_name.hpp"
#include "cli/measures.hpp"

namespace tessera::cli {

namespace {

using nlohmann::ordered_json;

ordered_json penetration_json(const Penetration& row) {
  return {{"share", number(row.share)},
          {"low", number(row.low)},
          {"high", number(row.high)},
          {"reference", number(row.reference)},
          {"compared_with", row.compared_with},
          {"white_space", number(row.white_space)},
          {"customer_value", number(row.customer_value)},
          {"worth", number(row.worth)},
          {"worth_low", number(row.worth_low)},
          {"worth_high", number(row.worth_high)},
          {"companies", number(row.companies)},
          {"share_of_companies", number(row.share_of_companies)},
          {"spend", number(row.spend)},
          {"share_of_spend", number(row.share_of_spend)}};
}

ordered_json affinity_json(const Affinity& row) {
  return {{"affinity", row.affinity},
          {"seniority", row.seniority.empty() ? ordered_json(nullptr) : ordered_json(row.seniority)},
          {"choice", row.choice},
          {"count", row.count},
          {"known", row.known},
          {"share", number(row.share)},
          {"low", number(row.low)},
          {"high", number(row.high)},
          {"lift", number(row.lift)},
          {"lift_low", number(row.lift_low)},
          {"lift_high", number(row.lift_high)},
          {"is_preferred", row.is_preferred}};
}

ordered_json return_json(const ExpectedReturn& row) {
  return {{"contacted", row.contacted},
          {"responses", row.responses},
          {"response_rate", number(row.response_rate)},
          {"rate_low", number(row.rate_low)},
          {"rate_high", number(row.rate_high)},
          {"value_per_response", number(row.value_per_response)},
          {"a_contact", number(row.a_contact)},
          {"low", number(row.low)},
          {"high", number(row.high)},
          {"too_few", row.too_few}};
}

}  // namespace

void add_measures(ordered_json& json, const Insight& insight, std::int32_t segment) {
  json["kpi"] = ordered_json::object();
  for (const KpiValue& kpi : insight.kpis)
    if (kpi.segment == segment)
      json["kpi"][kpi.kpi] = {{"count", kpi.count},       {"estimate", number(kpi.estimate)}, {"low", number(kpi.low)},
                              {"high", number(kpi.high)}, {"known", number(kpi.known)},       {"too_few", kpi.too_few}};
  for (const Penetration& row : insight.penetration)
    if (row.segment == segment) json["penetration"] = penetration_json(row);
  json["affinities"] = ordered_json::array();
  for (const Affinity& row : insight.affinities)
    if (row.segment == segment) json["affinities"].push_back(affinity_json(row));
  for (const ExpectedReturn& row : insight.returns)
    if (row.segment == segment) json["expected_return"] = return_json(row);
}

void add_measures(ordered_json& json, const Insight& insight) {
  json["kpi_variance"] = ordered_json::array();
  for (const KpiVariance& row : insight.kpi_variance)
    json["kpi_variance"].push_back({{"level", level_name(row.level)},
                                    {"kpi", row.kpi},
                                    {"segments", row.segments},
                                    {"accounts", row.accounts},
                                    {"eta_squared", number(row.eta_squared)},
                                    {"f", number(row.f)},
                                    {"p_value", number(row.p_value)},
                                    {"q_value", number(row.q_value)}});
}

}  // namespace tessera::cli
