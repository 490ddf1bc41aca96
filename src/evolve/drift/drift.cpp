#include "tessera/drift.hpp"

#include <cmath>
#include <utility>

#include "core/elementary.hpp"
#include "core/special_numbers.hpp"
#include "core/statistics.hpp"
#include "evolve/drift/bins.hpp"

namespace tessera {

namespace {

const char* word_of(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::kNumber:
      return "a number";
    case ColumnType::kCategory:
      return "a category";
    case ColumnType::kFlag:
      return "a flag";
    case ColumnType::kDate:
      return "a date";
    case ColumnType::kText:
      return "text";
  }
  return "";
}

std::string why_not(const FeatureDistribution& then, const FeatureDrift& drift) {
  if (drift.bins.empty())
    return std::string("it was ") + word_of(then.type) + ", and is something else tonight or gone";
  if (drift.then == 0) return "there were no accounts";
  if (drift.now == 0) return "there are no accounts tonight";
  return {};
}

void add_parts(FeatureDrift& drift) {
  constexpr double kAdded = 0.5;
  std::int64_t used = 0;
  for (const FeatureDrift::Bin& bin : drift.bins) used += bin.bin.accounts + bin.now > 0 ? 1 : 0;
  const auto share = [&](std::int64_t accounts, std::int64_t all) {
    return (static_cast<double>(accounts) + kAdded) / (static_cast<double>(all) + kAdded * static_cast<double>(used));
  };
  drift.index = 0.0;
  for (FeatureDrift::Bin& bin : drift.bins) {
    if (bin.bin.accounts + bin.now == 0) continue;
    const double p = share(bin.bin.accounts, drift.then), q = share(bin.now, drift.now);
    bin.part = (q - p) * portable_log(q / p);
    drift.index += bin.part;
  }
  const double by_chance = 1.0 / static_cast<double>(drift.then) + 1.0 / static_cast<double>(drift.now);
  drift.p_value =
      used < 2 ? 1.0 : statistics::chi_squared_upper_tail(drift.index / by_chance, static_cast<double>(used - 1));
}

/// Not std::hypot, which is another one on every machine.
double together(double a, double b) noexcept {
  return std::sqrt(a * a + b * b);
}

}  // namespace

FeatureDrift feature_drift(const FeatureDistribution& then, const FeatureDistribution& now) {
  FeatureDrift drift{then.column, then.type, 0, 0, kNaN, kNaN, {}, {}};
  for (std::size_t b = 0; b < now.bins.size(); ++b) {
    drift.bins.push_back({then.bins[b], now.bins[b].accounts, 0.0});
    drift.now += now.bins[b].accounts;
  }
  for (const DistributionBin& bin : then.bins) drift.then += bin.accounts;
  drift.why_not = why_not(then, drift);
  if (drift.why_not.empty()) add_parts(drift);
  return drift;
}

std::vector<KpiDrift> kpi_drift(std::vector<std::pair<KpiValue, KpiValue>> then_and_now) {
  std::vector<KpiDrift> drifts;
  std::vector<double> p_values;
  const double point = -normal_quantile(0.5 * (1.0 - statistics::kConfidence));
  for (auto& [then, now] : then_and_now) {
    KpiDrift drift{now.segment, now.kpi, std::move(then), std::move(now), 0.0, 0.0, 0.0, kNaN, kNaN};
    const KpiValue &was = drift.then, &is = drift.now;
    drift.change = is.estimate - was.estimate;
    const double below = together(is.estimate - is.low, was.high - was.estimate);
    const double above = together(is.high - is.estimate, was.estimate - was.low);
    drift.low = drift.change - below;
    drift.high = drift.change + above;
    // The side that faces no change.
    const double error = (drift.change > 0.0 ? below : above) / point;
    if (drift.change == 0.0)
      drift.p_value = 1.0;
    else if (error > 0.0)
      drift.p_value = statistics::normal_two_sided_p(drift.change / error);
    p_values.push_back(drift.p_value);
    drifts.push_back(std::move(drift));
  }
  const std::vector<double> adjusted = statistics::benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < drifts.size(); ++i) drifts[i].q_value = adjusted[i];
  return drifts;
}

}  // namespace tessera
