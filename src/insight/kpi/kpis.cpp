#include "insight/kpi/kpis.hpp"

#include <cmath>
#include <cstddef>

#include "core/statistics.hpp"
#include "insight/kpi/between_segments.hpp"
#include "insight/kpi/estimates.hpp"

namespace tessera::insight {

namespace {

constexpr double kWidestNps = 40.0;

KpiValue value_of(const KpiSpec& kpi, const KpiEstimates& estimates, std::size_t segment, std::int64_t size) {
  const KpiEstimates::Estimate& mine = estimates.by_segment[segment];
  KpiValue value;
  value.segment = static_cast<std::int32_t>(segment);
  value.kpi = kpi.name;
  value.count = mine.count;
  value.estimate = mine.estimate;
  value.low = mine.interval.low;
  value.high = mine.interval.high;
  value.known = size == 0 ? std::nan("") : static_cast<double>(mine.count) / static_cast<double>(size);
  value.too_few = says_too_little(value, kpi.kind, estimates.by_segment.back().estimate, estimates.moments.back().sd);
  return value;
}

void add_variance(const KpiSpec& kpi, const LevelMembers& level, const KpiEstimates& estimates,
                  std::vector<KpiVariance>& table) {
  const auto groups = std::span(estimates.moments)
                          .subspan(static_cast<std::size_t>(level.first), static_cast<std::size_t>(level.n_segments));
  table.push_back(variance_between(groups));
  table.back().level = level.level;
  table.back().kpi = kpi.name;
}

void adjust_for_their_number(std::vector<KpiVariance>& table) {
  std::vector<double> p_values;
  p_values.reserve(table.size());
  for (const KpiVariance& row : table) p_values.push_back(row.p_value);
  const std::vector<double> adjusted = statistics::benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < table.size(); ++i) table[i].q_value = adjusted[i];
}

}  // namespace

bool says_too_little(const KpiValue& value, KpiKind kind, double whole_estimate, double whole_sd) noexcept {
  if (value.count < kFewestToTell) return true;
  double widest = std::fabs(whole_estimate);
  if (kind == KpiKind::kNps) widest = kWidestNps;
  if (kind == KpiKind::kMean) widest += whole_sd;
  return !(value.high - value.low <= widest);
}

KpiTables measure_kpis(const parallel::Communicator& comm, const AccountTable& accounts,
                       const std::vector<KpiSpec>& kpis, const Membership& members,
                       std::span<const std::int64_t> sizes) {
  std::vector<KpiEstimates> measured;
  measured.reserve(kpis.size());
  for (const KpiSpec& kpi : kpis)
    measured.push_back(estimate_kpi(comm, kpi.kind, kpi_cells(accounts, kpi, members), members));
  KpiTables tables;
  for (std::size_t segment = 0; segment < static_cast<std::size_t>(members.n_segments); ++segment)
    for (std::size_t k = 0; k < kpis.size(); ++k)
      tables.values.push_back(value_of(kpis[k], measured[k], segment, sizes[segment]));
  for (std::size_t k = 0; k < kpis.size(); ++k) {
    tables.whole.push_back(value_of(kpis[k], measured[k], static_cast<std::size_t>(members.whole()), sizes.back()));
    tables.whole.back().segment = -1;
  }
  for (const LevelMembers& level : members.levels)
    for (std::size_t k = 0; k < kpis.size(); ++k) add_variance(kpis[k], level, measured[k], tables.variance);
  adjust_for_their_number(tables.variance);
  return tables;
}

}  // namespace tessera::insight
