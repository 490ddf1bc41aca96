#include "core/distributions.hpp"

#include <cmath>
#include <utility>

#include "core/elementary.hpp"
#include "core/special_numbers.hpp"

namespace tessera::statistics {

namespace {

constexpr double kHalfLogTwoPi = 0.91893853320467274178;
constexpr double kStirlingFrom = 10.0;  ///< from here on the terms below reach the last bit of a double
constexpr double kTiny = 1e-300;        ///< stands for a zero denominator in Lentz's method
constexpr double kLastBit = 1e-16;
constexpr int kMostTerms = 1'000'000;  ///< about √degrees are needed

/// ln Γ(x) − (x − ½) ln x + x − ½ ln 2π: B_2n / (2n (2n − 1) x^(2n − 1)), summed (DLMF 5.11.1).
double stirling_rest(double x) noexcept {
  static constexpr double kTerms[] = {-3617.0 / 122400, 1.0 / 156,    -691.0 / 360360, 1.0 / 1188,
                                      -1.0 / 1680,      1.0 / 1260.0, -1.0 / 360,      1.0 / 12};
  const double inverse_square = 1.0 / (x * x);
  double sum = 0.0;
  for (const double term : kTerms) sum = sum * inverse_square + term;
  return sum / x;
}

/// ln B(a, b). The larger argument's two gamma functions are subtracted term by term, as they may be large and all but
/// equal.
double log_beta(double a, double b) noexcept {
  if (a < b) std::swap(a, b);
  if (a < kStirlingFrom) return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
  const double growth =
      (a - 0.5) * portable_log1p(b / a) + b * (portable_log(a + b) - 1.0) + stirling_rest(a + b) - stirling_rest(a);
  return log_gamma(b) - growth;
}

/// ln of a probability, which may be given by its complement: whichever is the smaller is the exact one.
double log_of(double x, double complement) noexcept {
  return x < complement ? portable_log(x) : portable_log1p(-complement);
}

/// One step of the modified Lentz method (Thompson & Barnett 1986) for b0 + a1 / (b1 + a2 / (b2 + …)).
class ContinuedFraction {
 public:
  explicit ContinuedFraction(double b0) noexcept : value_(b0 == 0.0 ? kTiny : b0), above_(value_) {}
  void step(double a, double b) noexcept {
    below_ = b + a * below_;
    if (below_ == 0.0) below_ = kTiny;
    above_ = b + a / above_;
    if (above_ == 0.0) above_ = kTiny;
    below_ = 1.0 / below_;
    last_factor_ = above_ * below_;
    value_ *= last_factor_;
  }
  [[nodiscard]] bool has_settled() const noexcept { return std::fabs(last_factor_ - 1.0) <= kLastBit; }
  [[nodiscard]] double value() const noexcept { return value_; }

 private:
  double value_;
  double above_;
  double below_ = 0.0;
  double last_factor_ = 0.0;
};

/// I_x(a, b) where its continued fraction converges fast: x < (a + 1) / (a + b + 2).
double beta_by_fraction(double a, double b, double x, double complement) noexcept {
  ContinuedFraction fraction(1.0);
  for (int m = 0; m < kMostTerms; ++m) {
    const double even = 2.0 * m;
    if (m > 0) fraction.step(m * (b - m) * x / ((a + even - 1.0) * (a + even)), 1.0);
    fraction.step(-(a + m) * (a + b + m) * x / ((a + even) * (a + even + 1.0)), 1.0);
    if (m > 0 && fraction.has_settled()) break;
  }
  const double log_factor = a * log_of(x, complement) + b * log_of(complement, x) - log_beta(a, b);
  return portable_exp(log_factor) / (a * fraction.value());
}

double lower_gamma_by_series(double a, double x) noexcept {
  double term = 1.0 / a;
  double sum = term;
  for (int n = 1; n < kMostTerms && term > sum * kLastBit; ++n) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * portable_exp(a * portable_log(x) - x - log_gamma(a));
}

double upper_gamma_by_fraction(double a, double x) noexcept {
  ContinuedFraction fraction(x + 1.0 - a);
  for (int n = 1; n < kMostTerms && !fraction.has_settled(); ++n) fraction.step(n * (a - n), x + 1.0 - a + 2.0 * n);
  return portable_exp(a * portable_log(x) - x - log_gamma(a)) / fraction.value();
}

double t_density(double t, double degrees) noexcept {
  return portable_exp(-0.5 * (degrees + 1.0) * portable_log1p(t * t / degrees) - log_beta(0.5 * degrees, 0.5)) /
         std::sqrt(degrees);
}

}  // namespace

double log_gamma(double x) noexcept {
  if (!(x > 0.0)) return kNaN;
  double product = 1.0;
  while (x < kStirlingFrom) {
    product *= x;
    x += 1.0;
  }
  return (x - 0.5) * portable_log(x) - x + kHalfLogTwoPi + stirling_rest(x) - portable_log(product);
}

double incomplete_beta(double a, double b, double x, double complement) noexcept {
  if (!(a > 0.0 && b > 0.0 && x >= 0.0 && complement >= 0.0)) return kNaN;
  if (x == 0.0) return 0.0;
  if (complement == 0.0) return 1.0;
  if (x < (a + 1.0) / (a + b + 2.0)) return beta_by_fraction(a, b, x, complement);
  return 1.0 - beta_by_fraction(b, a, complement, x);
}

double upper_gamma(double a, double x) noexcept {
  if (!(a > 0.0 && x >= 0.0)) return kNaN;
  if (x == 0.0) return 1.0;
  if (x == kInfinity) return 0.0;
  return x < a + 1.0 ? 1.0 - lower_gamma_by_series(a, x) : upper_gamma_by_fraction(a, x);
}

double normal_two_sided_p(double z) noexcept {
  return upper_gamma(0.5, 0.5 * z * z);
}

double normal_cdf(double x) noexcept {
  const double tail = 0.5 * normal_two_sided_p(x);
  return x < 0.0 ? tail : 1.0 - tail;
}

double t_two_sided_p(double t, double degrees) noexcept {
  const double square = t * t;
  if (square == kInfinity) return degrees > 0.0 ? 0.0 : kNaN;
  return incomplete_beta(0.5 * degrees, 0.5, degrees / (degrees + square), square / (degrees + square));
}

/// The tail is convex for t > 0 and that of the normal distribution lies below it, so Newton's steps from the normal
/// quantile never pass the answer.
double t_quantile(double p, double degrees) noexcept {
  if (!(p > 0.0 && p < 1.0 && degrees > 0.0)) return kNaN;
  const double tail = p < 0.5 ? p : 1.0 - p;
  constexpr int kMostSteps = 200;
  double t = -normal_quantile(tail);
  for (int step = 0; step < kMostSteps; ++step) {
    const double move = (0.5 * t_two_sided_p(t, degrees) - tail) / t_density(t, degrees);
    if (!(move > 1e-15 * t)) break;
    t += move;
  }
  return p < 0.5 ? -t : t;
}

double f_upper_tail(double f, double degrees_above, double degrees_below) noexcept {
  if (!(degrees_above > 0.0 && degrees_below > 0.0) || std::isnan(f)) return kNaN;
  if (f <= 0.0) return 1.0;
  if (f == kInfinity) return 0.0;
  const double above = degrees_above * f;
  const double whole = degrees_below + above;
  return incomplete_beta(0.5 * degrees_below, 0.5 * degrees_above, degrees_below / whole, above / whole);
}

double chi_squared_upper_tail(double x, double degrees) noexcept {
  return upper_gamma(0.5 * degrees, 0.5 * x);
}

}  // namespace tessera::statistics
