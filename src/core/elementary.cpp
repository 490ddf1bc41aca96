#include "core/elementary.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/logarithm.hpp"
#include "core/special_numbers.hpp"

namespace tessera {
namespace {

using logarithm::kLn2Lower;
using logarithm::kLn2Upper;
using logarithm::kSqrt2;
using logarithm::log_near_one;

constexpr double kInverseLn2 = 0x1.71547652b82fep+0;

/// x = mantissa · 2^exponent with the mantissa in [√½, √2). x is finite and above 0.
struct Split {
  double mantissa;
  int exponent;
};

Split split(double x) noexcept {
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    exponent = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (mantissa > kSqrt2) {
    mantissa *= 0.5;
    ++exponent;
  }
  return {mantissa, exponent};
}

double power_of_two(int exponent) noexcept {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

template <int n>
double polynomial(const double (&descending)[n], double x) noexcept {
  double sum = descending[0];
  for (int i = 1; i < n; ++i) sum = sum * x + descending[i];
  return sum;
}

}  // namespace

double portable_log(double x) noexcept {
  if (std::isnan(x) || x < 0) return kNaN;
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return kInfinity;
  const Split parts = split(x);
  return log_near_one(parts.mantissa - 1.0, parts.exponent, 0.0);
}

double portable_log1p(double x) noexcept {
  return logarithm::log1p_of(x);
}

/// x = n·ln 2 + r. The function r·coth(r/2) = 2 + r²/6 − r⁴/360 + … (Bernoulli numbers) has small coefficients, and
/// exp r = 1 + r + r·c / (2 − c) with c = r + 2 − r·coth(r/2) keeps 1 and r free of error.
double portable_exp(double x) noexcept {
  if (std::isnan(x)) return kNaN;
  if (x > 709.79) return kInfinity;
  if (x < -745.14) return 0.0;
  const double scaled = x * kInverseLn2;
  const int n = static_cast<int>(scaled + (scaled < 0 ? -0.5 : 0.5));
  const double upper = x - n * kLn2Upper;
  const double lower = n * kLn2Lower;
  const double r = upper - lower;
  static constexpr double kCoth[] = {7.0 / 261534873600.0,
                                     -691.0 / 653837184000.0,
                                     1.0 / 23950080.0,
                                     -1.0 / 604800.0,
                                     1.0 / 15120.0,
                                     -1.0 / 360.0,
                                     1.0 / 6.0};
  const double square = r * r;
  const double c = r - square * polynomial(kCoth, square);
  const double result = 1.0 - ((lower - r * c / (2.0 - c)) - upper);
  // Two factors, as 2^n alone may be out of range where the result is not.
  const int half = n / 2;
  return result * power_of_two(half) * power_of_two(n - half);
}

double normal_quantile(double p) noexcept {
  static constexpr double kCentreNumerator[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                                                1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  static constexpr double kCentreDenominator[] = {-5.447609879822406e+01, 1.615858368580409e+02,
                                                  -1.556989798598866e+02, 6.680131188771972e+01,
                                                  -1.328068155288572e+01, 1.0};
  static constexpr double kTailNumerator[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                                              -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  static constexpr double kTailDenominator[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                                                3.754408661907416e+00, 1.0};
  constexpr double kTail = 0.02425;
  if (std::isnan(p) || p < 0 || p > 1) return kNaN;
  if (p == 0) return -kInfinity;
  if (p == 1) return kInfinity;
  if (p >= kTail && p <= 1 - kTail) {
    const double q = p - 0.5;
    const double square = q * q;
    return polynomial(kCentreNumerator, square) * q / polynomial(kCentreDenominator, square);
  }
  const double q = std::sqrt(-2.0 * (p < 0.5 ? portable_log(p) : portable_log1p(-p)));
  const double lower_tail = polynomial(kTailNumerator, q) / polynomial(kTailDenominator, q);
  return p < 0.5 ? lower_tail : -lower_tail;
}

}  // namespace tessera
