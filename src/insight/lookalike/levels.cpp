#include "insight/lookalike/levels.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/elementary.hpp"
#include "core/special_numbers.hpp"
#include "core/statistics.hpp"

namespace tessera::insight {

namespace {

constexpr double kLevelsPerUnit = 2048.0;
constexpr int kMiddle = kLevels / 2;

std::int64_t total(std::span<const std::int64_t> counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

double ratio(double part, std::int64_t whole) {
  return part / static_cast<double>(whole);
}

}  // namespace

std::int32_t level_of(double log_odds) noexcept {
  const double level = std::floor(log_odds * kLevelsPerUnit + 0.5) + kMiddle;
  return static_cast<std::int32_t>(std::clamp(level, 0.0, static_cast<double>(kLevels - 1)));
}

double likeness_at(std::int32_t level) noexcept {
  return 1.0 / (1.0 + portable_exp((kMiddle - level) / kLevelsPerUnit));
}

LevelCounts count_levels(const parallel::Communicator& comm, std::span<const std::int32_t> levels) {
  LevelCounts counts(kLevels, 0);
  for (const std::int32_t level : levels) ++counts[static_cast<std::size_t>(level)];
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(counts));
  return counts;
}

double area_under_curve(std::span<const std::int64_t> yes, std::span<const std::int64_t> no) {
  const std::int64_t n_yes = total(yes);
  const std::int64_t n_no = total(no);
  if (n_yes == 0 || n_no == 0) return kNaN;
  __int128 twice = 0;  // two for each pair in the right order, one for each tie
  std::int64_t below = 0;
  for (std::size_t level = 0; level < yes.size(); ++level) {
    twice += static_cast<__int128>(yes[level]) * (2 * below + no[level]);
    below += no[level];
  }
  return static_cast<double>(twice) / (2.0 * static_cast<double>(n_yes) * static_cast<double>(n_no));
}

void measure_area(const LevelCounts& best, const LevelCounts& rest, Lookalike& found) {
  constexpr double kNormal975 = 1.959963984540054;
  const double a = found.auc = area_under_curve(best, rest);
  const auto n_best = static_cast<double>(total(best));
  const auto n_rest = static_cast<double>(total(rest));
  const double of_two_best = a / (2.0 - a) - a * a;
  const double of_two_rest = 2.0 * a * a / (1.0 + a) - a * a;
  const double variance =
      (a * (1.0 - a) + (n_best - 1.0) * of_two_best + (n_rest - 1.0) * of_two_rest) / (n_best * n_rest);
  const double reach = kNormal975 * std::sqrt(std::fmax(0.0, variance));
  found.auc_low = std::isnan(a) ? kNaN : std::fmax(0.0, a - reach);
  found.auc_high = std::isnan(a) ? kNaN : std::fmin(1.0, a + reach);
}

double middle_likeness(const LevelCounts& best) {
  const std::int64_t n = total(best);
  if (n == 0) return kNaN;
  std::int64_t up_to = 0;
  std::size_t level = 0;
  while (2 * (up_to += best[level]) < n) ++level;
  return likeness_at(static_cast<std::int32_t>(level));
}

std::vector<CalibrationTenth> calibration(const LevelCounts& best, const LevelCounts& rest) {
  constexpr std::int64_t kGroups = 10;
  const std::int64_t n = total(best) + total(rest);
  std::vector<CalibrationTenth> tenths;
  CalibrationTenth tenth;
  double expected = 0.0;
  std::int64_t before = 0;
  for (std::size_t level = 0; level < kLevels; ++level) {
    const std::int64_t here = best[level] + rest[level];
    tenth.customers += here;
    tenth.best += best[level];
    expected += static_cast<double>(here) * likeness_at(static_cast<std::int32_t>(level));
    const auto closed = static_cast<std::int64_t>(tenths.size()) + 1;
    if (here == 0 || (before + tenth.customers) * kGroups < closed * n) continue;
    tenth.expected = ratio(expected, tenth.customers);
    tenth.observed = ratio(static_cast<double>(tenth.best), tenth.customers);
    const statistics::Interval interval = statistics::wilson_interval(tenth.best, tenth.customers);
    tenth.low = interval.low;
    tenth.high = interval.high;
    before += tenth.customers;
    tenths.push_back(tenth);
    tenth = {};
    expected = 0.0;
  }
  return tenths;
}

std::vector<ReachPoint> reach_curve(const LevelCounts& prospects, const LevelCounts& contactable) {
  constexpr int kPoints = 100;
  const std::int64_t n = total(prospects);
  std::vector<ReachPoint> curve;
  if (n == 0) return curve;
  ReachPoint point;
  double sum = 0.0;
  for (std::size_t level = kLevels; level-- > 0;) {
    if (prospects[level] == 0) continue;
    point.prospects += prospects[level];
    point.contactable += contactable[level];
    point.likeness = likeness_at(static_cast<std::int32_t>(level));
    sum += static_cast<double>(prospects[level]) * point.likeness;
    point.mean = ratio(sum, point.prospects);
    for (auto next = static_cast<std::int64_t>(curve.size()) + 1;
         next <= kPoints && point.prospects * kPoints >= next * n; ++next) {
      point.reach = static_cast<double>(next) / kPoints;
      curve.push_back(point);
    }
  }
  return curve;
}

}  // namespace tessera::insight
