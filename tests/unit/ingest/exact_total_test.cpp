#include "ingest/exact_total.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace tessera::intake {
namespace {

double reference(const std::vector<double>& values) {
  ExactSum sum;
  for (const double x : values) sum.add(x);
  return sum.value();
}

/// The values added in parts, and the parts sent as bytes to one that adds them.
double in_parts(const std::vector<double>& values, std::size_t n_parts) {
  std::vector<ExactTotal> parts(n_parts);
  for (std::size_t i = 0; i < values.size(); ++i) parts[i % n_parts].add(values[i]);
  WireWriter out;
  for (const ExactTotal& part : parts) part.put(out);
  ExactTotal total;
  WireReader in(out.bytes());
  while (!in.done()) total.add_packed(in);
  return total.value();
}

void expect_exact(const std::vector<double>& values) {
  const double expected = reference(values);
  for (const std::size_t n : {1, 2, 7})
    EXPECT_EQ(std::bit_cast<std::uint64_t>(in_parts(values, n)), std::bit_cast<std::uint64_t>(expected)) << n;
}

TEST(ExactTotal, MoneyAndWhatIsNoMoney) {
  expect_exact({});
  expect_exact({0.0, -0.0});
  expect_exact({0.1, 0.2, -0.3});
  expect_exact({0x1p40, -1.0, -0x1p40});
  expect_exact({0x1p-81, 1.0, -1.0});
  expect_exact({5e-324, 1e308, -1e308});
  expect_exact({1e308, 1e308});
  expect_exact({-1e308, -1e308});
  expect_exact({-0x1.fffffffffffffp39, 0x1p-80, -0x1p-80});
}

TEST(ExactTotal, ManyOfEverySize) {
  std::mt19937_64 random(3);
  for (const auto& [low, high] : {std::array{-10, 20}, std::array{-90, 60}, std::array{-1070, 1000}}) {
    std::vector<double> values;
    for (int i = 0; i < 3000; ++i) {
      const double mantissa = static_cast<double>(static_cast<std::int64_t>(random()) >> 10);
      values.push_back(std::ldexp(mantissa, low - 53 + static_cast<int>(random() % static_cast<unsigned>(high - low))));
    }
    expect_exact(values);
  }
}

TEST(ExactTotal, WhatOverflows128BitsGoesOn) {
  // 2^23 values just below 2^40 are near 2^63, and 2^63 · 2^80 needs more than 127 bits.
  constexpr double kLarge = 0x1.fffffffffffffp39;
  ExactTotal total;
  constexpr int kValues = (1 << 24) + 5;
  for (int i = 0; i < kValues; ++i) total.add(kLarge);
  ExactSum expected;
  expected.add_product(kLarge, kValues);
  EXPECT_EQ(total.value(), expected.value());
}

}  // namespace
}  // namespace tessera::intake
