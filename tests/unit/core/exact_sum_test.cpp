#include "core/exact_sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "core/special_numbers.hpp"

namespace tessera {
namespace {

using boost::multiprecision::cpp_int;

constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();

/// A finite double as an integer in units of 2^-1074.
cpp_int units_of(double x) {
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);
  const cpp_int mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  const int shift = exponent - 53 + 1074;
  return shift >= 0 ? cpp_int(mantissa << shift) : cpp_int(mantissa / (cpp_int(1) << -shift));
}

/// Nearest double, ties to even, of sum · 2^(-1074 - extra).
double rounded(cpp_int sum, int extra = 0) {
  const double sign = sum < 0 ? -1.0 : 1.0;
  if (sum < 0) sum = -sum;
  if (sum == 0) return 0.0;
  const int highest = static_cast<int>(msb(sum));
  const int cut = std::max(highest - 52, extra);
  if (cut == 0) return sign * std::ldexp(sum.convert_to<double>(), -1074);
  cpp_int kept = sum >> cut;
  const cpp_int rest = sum - (kept << cut);
  const cpp_int half = cpp_int(1) << (cut - 1);
  if (rest > half || (rest == half && (kept & 1) == 1)) ++kept;
  return sign * std::ldexp(static_cast<double>(kept.convert_to<std::uint64_t>()), cut - 1074 - extra);
}

double exact_sum(const std::vector<double>& values) {
  ExactSum sum;
  for (const double x : values) sum.add(x);
  return sum.value();
}

double reference_sum(const std::vector<double>& values) {
  cpp_int sum = 0;
  for (const double x : values) sum += units_of(x);
  return rounded(sum);
}

/// Same bits, but for NaN, whose bits say nothing.
void expect_same(double got, double want) {
  if (std::isnan(want)) {
    EXPECT_TRUE(std::isnan(got)) << got;
  } else {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(got), std::bit_cast<std::uint64_t>(want)) << got << " instead of " << want;
  }
}

TEST(ExactSum, OfNothingIsZero) {
  expect_same(ExactSum().value(), 0.0);
}

TEST(ExactSum, OfOneValueIsThatValue) {
  for (const double x : {1.0, -1.0, 0.1, kLargest, -kLargest, kSmallest, -kSmallest, 0x1p-1022, 0x1.fffffffffffffp-1023,
                         1e18, -1e18, 5e-324, 1e308, 0x1p-1074, 0x1p1023}) {
    expect_same(exact_sum({x}), x);
  }
}

TEST(ExactSum, KeepsWhatFloatingPointWouldLose) {
  expect_same(exact_sum({1e308, -1e308, 1e-308}), 1e-308);
  expect_same(exact_sum({1e308, 1e-308, -1e308}), 1e-308);
  expect_same(exact_sum({1e308, 1e308, 1e308, -1e308, -1e308, -1e308, kSmallest}), kSmallest);
  expect_same(exact_sum({1e18, 1.0, -1e18}), 1.0);
  expect_same(exact_sum({1.0, -1.0}), 0.0);
  expect_same(exact_sum({-kSmallest, -kSmallest}), -2 * kSmallest);
}

TEST(ExactSum, RoundsToNearestEven) {
  const double half_ulp = 0x1p-53;
  expect_same(exact_sum({1.0, half_ulp}), 1.0);
  expect_same(exact_sum({1.0, half_ulp, kSmallest}), 1.0 + 0x1p-52);
  expect_same(exact_sum({1.0, half_ulp, -kSmallest}), 1.0);
  expect_same(exact_sum({1.0 + 0x1p-52, half_ulp}), 1.0 + 0x1p-51);
  expect_same(exact_sum({-1.0, -half_ulp, -kSmallest}), -1.0 - 0x1p-52);
  expect_same(exact_sum({0x1.fffffffffffffp+0, half_ulp}), 2.0);
}

TEST(ExactSum, OverflowsOnlyWhenTheSumDoes) {
  expect_same(exact_sum({kLargest, kLargest}), kInfinity);
  expect_same(exact_sum({-kLargest, -kLargest}), -kInfinity);
  expect_same(exact_sum({kLargest, 0x1p969}), kLargest);
  expect_same(exact_sum({kLargest, 0x1p970}), kInfinity);  // half an ulp above: the tie goes to 2^1024
  expect_same(exact_sum({kLargest, kLargest, -kLargest}), kLargest);
}

TEST(ExactSum, InfinitiesAndNanPoisonAsInIeee) {
  expect_same(exact_sum({1.0, kInfinity}), kInfinity);
  expect_same(exact_sum({-kInfinity, kLargest}), -kInfinity);
  expect_same(exact_sum({kInfinity, -kInfinity}), kNaN);
  expect_same(exact_sum({kNaN, kInfinity}), kNaN);
  ExactSum sum;
  sum.add_product(kInfinity, 2.0);
  expect_same(sum.value(), kInfinity);
  sum.add_product(0.0, kInfinity);
  expect_same(sum.value(), kNaN);
}

/// Doubles over the whole range, or close together with cancellation, by `kind`.
std::vector<double> random_values(std::mt19937_64& bits, int kind) {
  std::vector<double> values;
  while (values.size() < 60) {
    double x = std::bit_cast<double>(bits());
    if (kind == 1)
      x = std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits())), static_cast<int>(bits() % 80) - 60);
    if (kind == 2) x = std::bit_cast<double>(bits() & 0x801fffffffffffffu);  // subnormal, or nearly
    if (!std::isfinite(x)) continue;
    values.push_back(x);
    if (bits() % 3 == 0) values.push_back(-x);
  }
  return values;
}

TEST(ExactSum, IsCorrectlyRoundedInAnyOrderAndGrouping) {
  std::mt19937_64 bits(20260101);
  for (int trial = 0; trial < 600; ++trial) {
    std::vector<double> values = random_values(bits, trial % 3);
    const double want = reference_sum(values);
    expect_same(exact_sum(values), want);
    std::shuffle(values.begin(), values.end(), bits);
    ExactSum left;
    ExactSum right;
    for (std::size_t i = 0; i < values.size(); ++i) (i % 7 < 3 ? left : right).add(values[i]);
    if (trial % 2 == 0) left.normalise();
    right.add(left);
    expect_same(right.value(), want);
  }
}

TEST(ExactSum, ProductsAreExact) {
  std::mt19937_64 bits(7);
  for (int trial = 0; trial < 300; ++trial) {
    ExactSum sum;
    cpp_int reference = 0;  // in units of 2^-2148
    for (int i = 0; i < 20; ++i) {
      const double x =
          std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits())), static_cast<int>(bits() % 400) - 260);
      const double y =
          std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits())), static_cast<int>(bits() % 400) - 260);
      sum.add_product(x, y);
      reference += units_of(x) * units_of(y);
      if (i % 4 == 0) {
        sum.add_product(-x, y + std::ldexp(y, -30));
        reference -= units_of(x) * units_of(y + std::ldexp(y, -30));
      }
    }
    expect_same(sum.value(), rounded(reference, 1074));
  }
}

TEST(ExactSum, ProductsAtTheEdgesOfTheRange) {
  const auto product = [](double x, double y) {
    ExactSum sum;
    sum.add_product(x, y);
    return sum.value();
  };
  expect_same(product(0.0, kLargest), 0.0);
  expect_same(product(kLargest, 1.0), kLargest);
  expect_same(product(kLargest, kSmallest), kLargest * kSmallest);
  expect_same(product(kLargest, 2.0), kInfinity);
  expect_same(product(-kLargest, kLargest), -kInfinity);
  expect_same(product(kSmallest, kSmallest), 0.0);
  expect_same(product(1e-300, 1e-300), 0.0);
  expect_same(product(3e-160, 3e-160), 3e-160 * 3e-160);
}

TEST(ExactSum, LimbsOfManyAccumulatorsAddAsIntegers) {
  std::mt19937_64 bits(3);
  ExactSum total;
  std::vector<double> all;
  for (int part = 0; part < 200; ++part) {
    ExactSum sum;
    for (const double x : random_values(bits, 1)) {
      sum.add(x);
      all.push_back(x);
    }
    sum.normalise();
    const auto limbs = total.limbs();
    const ExactSum& constant = sum;
    for (std::size_t i = 0; i < limbs.size(); ++i) limbs[i] += constant.limbs()[i];
  }
  expect_same(total.value(), reference_sum(all));
  total.add(0.25);
  all.push_back(0.25);
  expect_same(total.value(), reference_sum(all));
}

TEST(ExactSum, CarriesAreAddedBeforeLimbsOverflow) {
  // Doubling an accumulator forty times adds as many values as 2^40 calls of add() would.
  ExactSum sum;
  sum.add(0x1.fffffffffffffp+0);
  for (int i = 0; i < 40; ++i) {
    const ExactSum same = sum;
    sum.add(same);
  }
  expect_same(sum.value(), 0x1.fffffffffffffp+40);
  for (int i = 0; i < 40; ++i) {
    const ExactSum same = sum;
    sum.add(same);
  }
  sum.add(-0x1.fffffffffffffp+80);
  expect_same(sum.value(), 0.0);
}

}  // namespace
}  // namespace tessera
