#include "insight/kpi/estimates.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/special_numbers.hpp"
#include "insight/numbers/moments_by_segment.hpp"

namespace tessera::insight {

namespace {

using Estimate = KpiEstimates::Estimate;
using parallel::Moments;

/// Collective.
bool are_flags(const parallel::Communicator& comm, const std::vector<double>& cells) {
  const bool mine = std::ranges::all_of(cells, [](double x) { return std::isnan(x) || x == 0.0 || x == 1.0; });
  return comm.all_reduce<parallel::Reduce::kMin>(std::int32_t{mine ? 1 : 0}) == 1;
}

Estimate share_of(const Moments& moments) {
  // The sum of zeros and ones is a whole number, and exact.
  return {moments.count, moments.mean,
          statistics::wilson_interval(static_cast<std::int64_t>(moments.sum), moments.count)};
}

Estimate mean_of(const Moments& moments) {
  return {moments.count, moments.mean, statistics::mean_interval(moments.mean, moments.squares, moments.count)};
}

Estimate nps_of(const Moments& moments) {
  Estimate nps = mean_of(moments);
  nps.interval.low = std::isnan(nps.interval.low) ? kNaN : std::max(-100.0, nps.interval.low);
  nps.interval.high = std::isnan(nps.interval.high) ? kNaN : std::min(100.0, nps.interval.high);
  return nps;
}

double ratio_of(const Moments& above, const Moments& below) noexcept {
  return below.count == 0 || below.sum == 0.0 ? kNaN : above.sum / below.sum;
}

/// above − ratio · below of each account, by its segment of one level (−1: NaN), or of all for the whole.
std::vector<double> residuals(const KpiCells& cells, const std::vector<double>& ratios,
                              const std::vector<std::int32_t>* place) {
  std::vector<double> rest(cells.above.size(), kNaN);
#pragma omp parallel for schedule(static) if (rest.size() > 16384)
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const std::int32_t segment = place == nullptr ? 0 : (*place)[i];
    if (segment >= 0) rest[i] = cells.above[i] - ratios[static_cast<std::size_t>(segment)] * cells.below[i];
  }
  return rest;
}

Estimate ratio_estimate(const Moments& above, const Moments& below, const Moments& rest) {
  Estimate estimate{above.count, ratio_of(above, below), {kNaN, kNaN}};
  if (above.count < 2 || std::isnan(estimate.estimate)) return estimate;
  const auto n = static_cast<double>(above.count);
  const double error = std::sqrt(rest.squares / (n - 1.0) / n) / std::fabs(below.mean);
  estimate.interval = statistics::interval_around(estimate.estimate, error, n - 1.0);
  return estimate;
}

KpiEstimates estimate_ratio(const parallel::Communicator& comm, const KpiCells& cells, const Membership& members) {
  const std::vector<Moments> above = moments_by_segment(comm, cells.above, members);
  const std::vector<Moments> below = moments_by_segment(comm, cells.below, members);
  KpiEstimates result;
  const auto take = [&](std::size_t segment, const Moments& rest) {
    result.by_segment[segment] = ratio_estimate(above[segment], below[segment], rest);
  };
  result.by_segment.resize(members.table_size());
  for (const LevelMembers& level : members.levels) {
    const auto first = static_cast<std::size_t>(level.first);
    std::vector<double> ratios;
    ratios.reserve(static_cast<std::size_t>(level.n_segments));
    for (std::size_t s = 0; s < static_cast<std::size_t>(level.n_segments); ++s)
      ratios.push_back(ratio_of(above[first + s], below[first + s]));
    const std::vector<Moments> rests =
        parallel::grouped_moments(comm, residuals(cells, ratios, &level.place), level.place, level.n_segments);
    for (std::size_t s = 0; s < rests.size(); ++s) take(first + s, rests[s]);
  }
  const std::vector<double> whole{ratio_of(above.back(), below.back())};
  result.moments = moments_by_segment(comm, residuals(cells, whole, nullptr), members);
  take(result.by_segment.size() - 1, result.moments.back());
  return result;
}

}  // namespace

KpiEstimates estimate_kpi(const parallel::Communicator& comm, KpiKind kind, const KpiCells& cells,
                          const Membership& members) {
  if (kind == KpiKind::kRatio) return estimate_ratio(comm, cells, members);
  KpiEstimates result;
  result.moments = moments_by_segment(comm, cells.above, members);
  const bool is_share = kind == KpiKind::kRate && are_flags(comm, cells.above);
  for (const Moments& moments : result.moments)
    result.by_segment.push_back(is_share                ? share_of(moments)
                                : kind == KpiKind::kNps ? nps_of(moments)
                                                        : mean_of(moments));
  return result;
}

}  // namespace tessera::insight
