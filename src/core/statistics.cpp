#include "core/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/elementary.hpp"
#include "core/special_numbers.hpp"

namespace tessera::statistics {

namespace {

double upper_point(double confidence) noexcept {
  return -normal_quantile(0.5 * (1.0 - confidence));
}

}  // namespace

Interval wilson_interval(std::int64_t successes, std::int64_t trials, double confidence) noexcept {
  if (trials <= 0) return {kNaN, kNaN};
  const auto n = static_cast<double>(trials);
  const double share = static_cast<double>(successes) / n;
  const double z = upper_point(confidence);
  const double shrink = 1.0 + z * z / n;
  const double centre = (share + 0.5 * z * z / n) / shrink;
  const double half = z * std::sqrt(share * (1.0 - share) / n + 0.25 * z * z / (n * n)) / shrink;
  // At the ends the two terms are equal but for their rounding.
  return {successes == 0 ? 0.0 : std::max(0.0, centre - half),
          successes == trials ? 1.0 : std::min(1.0, centre + half)};
}

Interval mean_interval(double mean, double squares, std::int64_t count, double confidence) noexcept {
  if (count < 2) return {kNaN, kNaN};
  const auto n = static_cast<double>(count);
  return interval_around(mean, std::sqrt(squares / (n - 1.0) / n), n - 1.0, confidence);
}

Interval interval_around(double estimate, double standard_error, double degrees, double confidence) noexcept {
  const double point = std::isinf(degrees) ? upper_point(confidence) : t_quantile(0.5 * (1.0 + confidence), degrees);
  return {estimate - point * standard_error, estimate + point * standard_error};
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i)
    if (!std::isnan(p_values[i])) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size(), kNaN);
  const auto tests = static_cast<double>(order.size());
  double least = 1.0;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    least = std::min(least, p_values[order[rank - 1]] * tests / static_cast<double>(rank));
    adjusted[order[rank - 1]] = least;
  }
  return adjusted;
}

}  // namespace tessera::statistics
