#include "refine/moments.hpp"

#include <algorithm>

#include "core/elementary.hpp"

namespace tessera::refinement {

Moments& Moments::operator+=(const Moments& other) {
  n += other.n;
  for (std::size_t f = 0; f < sum.size(); ++f) {
    sum[f] += other.sum[f];
    squares[f] += other.squares[f];
  }
  return *this;
}

Moments& Moments::operator-=(const Moments& other) {
  n -= other.n;
  for (std::size_t f = 0; f < sum.size(); ++f) {
    sum[f] -= other.sum[f];
    squares[f] -= other.squares[f];
  }
  return *this;
}

double Moments::scatter(std::size_t f) const {
  if (n == 0) return 0.0;
  const Wide n_times_scatter = static_cast<Wide>(n) * squares[f] - static_cast<Wide>(sum[f]) * sum[f];
  return static_cast<double>(n_times_scatter) / static_cast<double>(n);
}

double Moments::scatter() const {
  double total = 0.0;
  for (std::size_t f = 0; f < sum.size(); ++f) total += scatter(f);
  return total;
}

double bic_gain(std::int64_t n_left, std::int64_t n_right, std::size_t d, double whole, double halves) {
  const auto n = static_cast<double>(n_left + n_right);
  const auto features = static_cast<double>(d);
  // Nothing on the grid varies by less than the rounding does: a twelfth of a step squared. It keeps point masses
  // finite.
  const double floor = n * features / 12.0;
  double gain = 0.5 * n * features * portable_log(std::max(whole, floor) / std::max(halves, floor));
  for (const std::int64_t half : {n_left, n_right}) {
    const auto n_half = static_cast<double>(half);
    if (half > 0) gain += n_half * portable_log(n_half / n);
  }
  return gain - 0.5 * (features + 1.0) * portable_log(n);  // a second mean, and the share of the halves
}

double bic_gain(const Moments& left, const Moments& right) {
  Moments whole = left;
  whole += right;
  return bic_gain(left.n, right.n, left.sum.size(), whole.scatter(), left.scatter() + right.scatter());
}

double squared_distance(const Moments& a, const Moments& b) {
  double total = 0.0;
  for (std::size_t f = 0; f < a.sum.size(); ++f) {
    const double step = a.mean(f) - b.mean(f);
    total += step * step;
  }
  return total;
}

}  // namespace tessera::refinement
