#include <cmath>

#include "tessera/ingest.hpp"
#include "tessera/insight.hpp"

namespace tessera {

namespace {

/// The first source's word holds.
void take(double told, double& known) {
  if (std::isnan(known)) known = told;
}

double share_of(double ours, double all) {
  return all > 0.0 ? ours / all : std::nan("");
}

}  // namespace

void add_market(std::span<const MarketSegment> market, std::span<const std::string> macro_names, Insight& insight) {
  for (Penetration& row : insight.penetration) {
    const auto segment = static_cast<std::size_t>(row.segment);
    if (segment >= macro_names.size()) continue;  // a part of a macro segment
    for (const MarketSegment& told : market) {
      if (told.macro != macro_names[segment]) continue;
      take(told.companies, row.companies);
      take(told.spend, row.spend);
    }
    row.share_of_companies = share_of(static_cast<double>(row.customers), row.companies);
    row.share_of_spend = share_of(row.customers_value, row.spend);
  }
}

}  // namespace tessera
