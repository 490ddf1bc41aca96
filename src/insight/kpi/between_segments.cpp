#include "insight/kpi/between_segments.hpp"

#include "core/exact_sum.hpp"
#include "core/special_numbers.hpp"
#include "core/statistics.hpp"

namespace tessera::insight {

namespace {

/// Squares that are no more than the rounding of the means are none.
constexpr double kRounding = 1e-24;

}  // namespace

KpiVariance variance_between(std::span<const parallel::Moments> groups) {
  KpiVariance result;
  ExactSum sum, within;
  for (const parallel::Moments& group : groups) {
    if (group.count == 0) continue;
    ++result.segments;
    result.accounts += group.count;
    sum.add(group.sum);
    within.add(group.squares);
  }
  result.eta_squared = result.f = result.p_value = result.q_value = kNaN;
  if (result.segments < 2) return result;
  const auto n = static_cast<double>(result.accounts);
  const double mean = sum.value() / n;
  ExactSum between;
  for (const parallel::Moments& group : groups) {
    const double deviation = group.mean - mean;
    if (group.count > 0) between.add(static_cast<double>(group.count) * deviation * deviation);
  }
  const double total = between.value() + within.value();
  if (!(total > kRounding * mean * mean * n)) return result;
  result.eta_squared = between.value() / total;
  if (result.accounts <= result.segments) return result;
  const double above = static_cast<double>(result.segments) - 1.0;
  const double below = n - static_cast<double>(result.segments);
  result.f = (between.value() / above) / (within.value() / below);
  result.p_value = statistics::f_upper_tail(result.f, above, below);
  return result;
}

}  // namespace tessera::insight
