#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "core/special_numbers.hpp"

/// What the logarithms of elementary.hpp are made of, for one number or, inlined into a loop, for a vector of them.
namespace tessera::logarithm {

inline constexpr double kSqrt2 = 0x1.6a09e667f3bcdp+0;

// ln 2 in two parts: the upper has 21 trailing zero bits, so that its product with an exponent is exact.
inline constexpr double kLn2Upper = 0x1.62e42fefa0000p-1;
inline constexpr double kLn2Lower = 0x1.cf79abc9e3b3ap-40;

/// exponent · ln 2 + log(1 + f) + correction for f in [√½ − 1, √2 − 1]. With s = f / (2 + f), log(1 + f) = 2 atanh s,
/// whose series in s² needs eleven terms here. 2s is written as f − f²/2 + s·f²/2, so that the largest summand, f,
/// carries no error.
[[gnu::always_inline]] inline double log_near_one(double f, double exponent, double correction) noexcept {
  const double s = f / (2.0 + f);
  const double z = s * s;
  double series = 2.0 / 23;
  for (int odd = 21; odd >= 3; odd -= 2) series = series * z + 2.0 / odd;
  series *= z;
  const double half_square = 0.5 * f * f;
  const double small = s * (half_square + series) + (exponent * kLn2Lower + correction);
  return exponent * kLn2Upper - ((half_square - small) - f);
}

/// log(1 + x) without a branch, so that a loop of it does several at once.
[[gnu::always_inline]] inline double log1p_of(double x) noexcept {
  constexpr double kTwo52 = 0x1p52;
  const double sum = 1.0 + x;  // no subnormal: 2^-53 or more above −1
  const auto bits = std::bit_cast<std::uint64_t>(sum);
  const double mantissa = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  const double exponent = std::bit_cast<double>(bits >> 52 | 0x4330000000000000u) - (kTwo52 + 1023.0);
  const bool is_upper = mantissa > kSqrt2;
  const double m = is_upper ? 0.5 * mantissa : mantissa;
  const double e = is_upper ? exponent + 1.0 : exponent;
  // What rounding 1 + x lost, to first order: log(sum + lost) = log(sum) + lost / sum.
  const double lost = std::abs(x) < 1.0 ? x - (sum - 1.0) : 1.0 - (sum - x);
  const bool is_near_one = e == 0.0;
  const double correction = lost / sum;
  double result = log_near_one(is_near_one ? x : m - 1.0, e, is_near_one ? 0.0 : correction);
  result = std::abs(x) < 0x1p-54 ? x : result;
  result = x == kInfinity ? kInfinity : result;
  result = x == -1.0 ? -kInfinity : result;
  return x >= -1.0 ? result : kNaN;
}

}  // namespace tessera::logarithm
