#include "insight/kpis.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "insight/cells.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

namespace {

/// Σ above / Σ below over the accounts counted, times `unit`. Every kind of KPI is such a ratio.
struct Ratio {
  std::vector<std::int64_t> counts;
  std::vector<ExactSum> above, below;  ///< below is empty: the count
  double unit = 1.0;

  [[nodiscard]] double estimate(std::size_t segment) const {
    if (counts[segment] == 0) return std::nan("");
    const double divisor = below.empty() ? static_cast<double>(counts[segment]) : below[segment].value();
    return divisor == 0.0 ? std::nan("") : unit * above[segment].value() / divisor;
  }
};

std::vector<double> cells_of(const AccountTable& accounts, const ColumnRef& ref, const KpiSpec& kpi,
                             const Membership& members) {
  constexpr std::array kNumberOrFlag{ColumnType::kNumber, ColumnType::kFlag};
  return numbers_of(column_of(accounts, ref, fmt::format("[kpi] {}", kpi.name), kNumberOrFlag), members.rows);
}

/// +1 for a promoter, −1 for a detractor, 0 between (Reichheld 2003); NaN for what is no score.
double promotion(double score) noexcept {
  if (!(score >= 0.0 && score <= 10.0)) return std::nan("");
  if (score >= 9.0) return 1.0;
  return score <= 6.0 ? -1.0 : 0.0;
}

Ratio measure(const parallel::Communicator& comm, const AccountTable& accounts, const KpiSpec& kpi,
              const Membership& members) {
  const bool is_ratio = kpi.kind == KpiKind::kRatio;
  std::vector<double> above = cells_of(accounts, is_ratio ? kpi.numerator : kpi.column, kpi, members);
  std::vector<double> below;
  if (is_ratio) below = cells_of(accounts, kpi.denominator, kpi, members);
  Ratio ratio;
  if (kpi.kind == KpiKind::kNps) {
    for (double& score : above) score = promotion(score);
    ratio.unit = 100.0;
  }
  ratio.counts.assign(members.table_size(), 0);
  ratio.above.resize(members.table_size());
  if (is_ratio) ratio.below.resize(members.table_size());
  for (std::size_t i = 0; i < members.rows.size(); ++i) {
    if (std::isnan(above[i]) || (is_ratio && std::isnan(below[i]))) continue;
    members.for_each_segment(i, [&](std::size_t segment) {
      ratio.counts[segment] += 1;
      ratio.above[segment].add(above[i]);
      if (is_ratio) ratio.below[segment].add(below[i]);
    });
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span(ratio.counts));
  parallel::all_sum(comm, ratio.above);
  if (is_ratio) parallel::all_sum(comm, ratio.below);
  return ratio;
}

}  // namespace

std::vector<KpiValue> measure_kpis(const parallel::Communicator& comm, const AccountTable& accounts,
                                   const std::vector<KpiSpec>& kpis, const Membership& members) {
  std::vector<Ratio> ratios;
  ratios.reserve(kpis.size());
  for (const KpiSpec& kpi : kpis) ratios.push_back(measure(comm, accounts, kpi, members));
  std::vector<KpiValue> values;
  for (std::int32_t segment = 0; segment < members.n_segments; ++segment)
    for (std::size_t k = 0; k < kpis.size(); ++k) {
      const auto s = static_cast<std::size_t>(segment);
      values.push_back({segment, kpis[k].name, ratios[k].counts[s], ratios[k].estimate(s)});
    }
  return values;
}

}  // namespace tessera::insight
