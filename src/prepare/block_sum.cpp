#include "prepare/block_sum.hpp"

#include <array>
#include <cmath>

namespace tessera {
namespace {

constexpr std::size_t kLanes = 8;  // independent partial sums, so that the compiler can keep them in vectors
using Lanes = std::array<double, kLanes>;

double largest_magnitude(std::span<const double> values) noexcept {
  Lanes largest{};
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double magnitude = std::fabs(values[i + lane]);
      largest[lane] = magnitude > largest[lane] ? magnitude : largest[lane];
    }
  for (; i < values.size(); ++i) largest[0] = std::fmax(largest[0], std::fabs(values[i]));
  double result = 0.0;
  for (const double magnitude : largest) result = std::fmax(result, magnitude);
  return result;
}

/// Adding and taking away a number of this size leaves of x what lies at or above 2^bit.
double splitter(int bit) noexcept {
  return std::ldexp(1.5, bit + 52);
}

}  // namespace

void add_block(std::span<const double> values, ExactSum& sum) noexcept {
  const double largest = largest_magnitude(values);
  if (largest == 0.0) return;
  const int exponent = std::ilogb(largest) + 1;  // largest < 2^exponent
  if (exponent < -900 || exponent > 900) {
    for (const double x : values) sum.add(x);
    return;
  }
  // 4096 parts below 2^exponent, multiples of 2^(exponent − 40), add up to at most 52 bits; so do those 40 bits lower.
  const double high_splitter = splitter(exponent - 40);
  const double low_splitter = splitter(exponent - 80);
  Lanes high{};
  Lanes low{};
  Lanes rest{};  // magnitudes below both: zero unless there is something
  const auto split = [&](double x, std::size_t lane) {
    const double h = (x + high_splitter) - high_splitter;
    const double below = x - h;
    const double l = (below + low_splitter) - low_splitter;
    high[lane] += h;
    low[lane] += l;
    rest[lane] += std::fabs(below - l);
    return below - l;
  };
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) split(values[i + lane], lane);
  for (; i < values.size(); ++i) split(values[i], 0);

  double all_high = 0.0;
  double all_low = 0.0;
  double all_rest = 0.0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    all_high += high[lane];
    all_low += low[lane];
    all_rest += rest[lane];
  }
  sum.add(all_high);
  sum.add(all_low);
  if (all_rest > 0.0)
    for (const double x : values)
      if (const double left = split(x, 0); left != 0.0) sum.add(left);
}

}  // namespace tessera
