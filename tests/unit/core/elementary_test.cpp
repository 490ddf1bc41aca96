#include "core/elementary.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "core/special_numbers.hpp"

namespace tessera {
namespace {

/// Distance of a result from the truth, in units of the last place of the truth.
double error_ulp(double got, long double truth) {
  const double nearest = static_cast<double>(truth);
  if (nearest == 0.0 || std::isinf(nearest)) return got == nearest ? 0.0 : kInfinity;
  const long double place = std::nextafter(std::abs(nearest), kInfinity) - std::abs(nearest);
  return static_cast<double>(std::abs(static_cast<long double>(got) - truth) / place);
}

double unit(std::mt19937_64& bits) {
  return static_cast<double>(bits() >> 11) * 0x1p-53;
}

TEST(PortableLog, IsWithinOneUlp) {
  std::mt19937_64 bits(1);
  for (int i = 0; i < 200000; ++i) {
    const double near_one = 0.5 + 1.5 * unit(bits);
    ASSERT_LT(error_ulp(portable_log(near_one), std::log(static_cast<long double>(near_one))), 1.0) << near_one;
    const double any = std::bit_cast<double>(bits() >> 1);
    if (!std::isfinite(any)) continue;
    ASSERT_LT(error_ulp(portable_log(any), std::log(static_cast<long double>(any))), 1.0) << any;
  }
  for (const double x :
       {1e18, 5e-324, 1.7976931348623157e308, 0x1.6a09e667f3bcdp+0, 0x1.6a09e667f3bccp-1, 1 + 0x1p-52}) {
    EXPECT_LT(error_ulp(portable_log(x), std::log(static_cast<long double>(x))), 1.0) << x;
  }
}

TEST(PortableLog, AtTheEdges) {
  EXPECT_EQ(portable_log(1.0), 0.0);
  EXPECT_EQ(portable_log(0.0), -kInfinity);
  EXPECT_EQ(portable_log(-0.0), -kInfinity);
  EXPECT_EQ(portable_log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable_log(-1.0)));
  EXPECT_TRUE(std::isnan(portable_log(-kInfinity)));
  EXPECT_TRUE(std::isnan(portable_log(kNaN)));
}

TEST(PortableLog1p, IsWithinOneUlp) {
  std::mt19937_64 bits(2);
  for (int i = 0; i < 200000; ++i) {
    const int exponent = static_cast<int>(bits() % 128);
    for (const double x : {std::ldexp(2 * unit(bits) - 1, -exponent), std::ldexp(unit(bits), exponent)}) {
      if (x <= -1) continue;
      ASSERT_LT(error_ulp(portable_log1p(x), std::log1p(static_cast<long double>(x))), 1.0) << x;
    }
  }
}

TEST(PortableLog1p, AtTheEdges) {
  EXPECT_EQ(portable_log1p(0.0), 0.0);
  EXPECT_TRUE(std::signbit(portable_log1p(-0.0)));
  EXPECT_EQ(portable_log1p(5e-324), 5e-324);
  EXPECT_EQ(portable_log1p(-1.0), -kInfinity);
  EXPECT_EQ(portable_log1p(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable_log1p(-1.5)));
  EXPECT_TRUE(std::isnan(portable_log1p(kNaN)));
}

TEST(PortableLog1p, OfManyIsThatOfEach) {
  std::vector<double> values = {0.0,   -0.0,      5e-324,  0x1p-54, -0x1p-54, -1.0, -0.5, 1.0,
                                1e308, kInfinity, -7.0e-3, kNaN,    0x1p52,   -3.0, 41.0, std::sqrt(2.0) - 1.0};
  std::mt19937_64 bits(5);
  for (int i = 0; i < 100'001; ++i)
    values.push_back(std::ldexp(2 * unit(bits) - 1, static_cast<int>(bits() % 160) - 70));
  std::vector<double> many = values;
  portable_symmetric_log1p(many);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double one = std::copysign(portable_log1p(std::abs(values[i])), values[i]);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(many[i]), std::bit_cast<std::uint64_t>(one)) << values[i];
  }
}

TEST(PortableExp, IsWithinOneUlp) {
  std::mt19937_64 bits(3);
  for (int i = 0; i < 200000; ++i) {
    const double signed_unit = 2 * unit(bits) - 1;
    for (const double x :
         {signed_unit * 709.7, signed_unit, signed_unit * 0x1p-30, -708.0 - 37.1 * std::abs(signed_unit)}) {
      ASSERT_LT(error_ulp(portable_exp(x), std::exp(static_cast<long double>(x))), 1.0) << x;
    }
  }
}

TEST(PortableExp, AtTheEdges) {
  EXPECT_EQ(portable_exp(0.0), 1.0);
  EXPECT_EQ(portable_exp(-0.0), 1.0);
  EXPECT_EQ(portable_exp(kInfinity), kInfinity);
  EXPECT_EQ(portable_exp(-kInfinity), 0.0);
  EXPECT_EQ(portable_exp(1e18), kInfinity);
  EXPECT_EQ(portable_exp(-1e18), 0.0);
  EXPECT_EQ(portable_exp(709.7827128933841), kInfinity);
  EXPECT_TRUE(std::isfinite(portable_exp(709.782712893384)));
  EXPECT_EQ(portable_exp(-745.1332191019411), 5e-324);
  EXPECT_EQ(portable_exp(-745.1332191019412), 0.0);
  EXPECT_TRUE(std::isnan(portable_exp(kNaN)));
}

TEST(NormalQuantile, InvertsTheDistribution) {
  std::mt19937_64 bits(4);
  for (int i = 0; i < 100000; ++i) {
    const double p = std::ldexp(unit(bits), i % 2 == 0 ? 0 : -static_cast<int>(bits() % 200));
    if (p == 0) continue;
    const long double x = normal_quantile(p);
    const long double density = std::exp(-x * x / 2) / std::sqrt(2 * std::acos(-1.0L));
    const long double error = (std::erfc(-x / std::sqrt(2.0L)) / 2 - p) / density;  // one step of Newton
    ASSERT_LT(std::abs(error), 1.2e-9L * std::max(1e-6L, std::abs(x))) << p;
  }
}

TEST(NormalQuantile, IsSymmetricAndMeetsItsEnds) {
  EXPECT_EQ(normal_quantile(0.5), 0.0);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 3e-9);
  for (const double p : {0x1p-2, 0x1p-5, 0x1p-7, 0x1p-20, 0x1p-52})
    EXPECT_EQ(normal_quantile(p), -normal_quantile(1 - p));
  EXPECT_EQ(normal_quantile(0.0), -kInfinity);
  EXPECT_EQ(normal_quantile(1.0), kInfinity);
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(kNaN)));
}

}  // namespace
}  // namespace tessera
