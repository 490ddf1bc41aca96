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

double bic_gain(const Moments& left, const Moments& right) {
  Moments whole = left;
  whole += right;
  const auto n = static_cast<double>(whole.n);
  const auto d = static_cast<double>(whole.sum.size());
  // Nothing on the grid varies by less than the rounding does: a twelfth of a step squared. It keeps point masses
  // finite.
  const double floor = n * d / 12.0;
  const double one = std::max(whole.scatter(), floor);
  const double two = std::max(left.scatter() + right.scatter(), floor);
  double gain = 0.5 * n * d * portable_log(one / two);
  for (const Moments* half : {&left, &right}) {
    const auto n_half = static_cast<double>(half->n);
    if (half->n > 0) gain += n_half * portable_log(n_half / n);
  }
  return gain - 0.5 * (d + 1.0) * portable_log(n);  // a second mean, and the share of the halves
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
