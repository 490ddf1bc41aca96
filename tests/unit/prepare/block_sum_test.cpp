#include "prepare/block_sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace tessera {
namespace {

void expect_same_as_one_by_one(const std::vector<double>& values, const char* what) {
  ExactSum fast;
  ExactSum plain;
  add_block(values, fast);
  for (const double x : values) plain.add(x);
  fast.normalise();
  plain.normalise();
  EXPECT_TRUE(std::ranges::equal(fast.limbs(), plain.limbs())) << what << ", " << values.size() << " values";
}

TEST(BlockSum, EqualsTheSumOneByOneWhateverTheSpread) {
  std::mt19937_64 bits(17);
  for (const int spread : {0, 3, 25, 60, 200, 1000})
    for (const std::size_t n : {0U, 1U, 7U, 8U, 9U, 256U, 4096U}) {
      std::vector<double> values(n);
      for (double& x : values) {
        const auto exponent = static_cast<int>(bits() % static_cast<std::uint64_t>(2 * spread + 1)) - spread;
        x = std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits())), exponent - 63);
      }
      expect_same_as_one_by_one(values, "random");
    }
}

TEST(BlockSum, HoldsAtTheEdgesOfDouble) {
  const double huge = std::numeric_limits<double>::max();
  const double tiny = std::numeric_limits<double>::denorm_min();
  expect_same_as_one_by_one({huge, -huge, 1.0, tiny}, "huge");
  expect_same_as_one_by_one({tiny, -3 * tiny, std::numeric_limits<double>::min()}, "tiny");
  expect_same_as_one_by_one({1.0, tiny, 1e-300, -1.0}, "far apart");
  expect_same_as_one_by_one({0.0, -0.0}, "zeros");
  expect_same_as_one_by_one(std::vector<double>(4096, std::nextafter(1e18, 0.0)), "all equal");
  expect_same_as_one_by_one(std::vector<double>(4096, std::nextafter(2.0, 0.0)), "all ones in binary");
}

}  // namespace
}  // namespace tessera
