#include "storage/packing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/random.hpp"

namespace tessera::storage {
namespace {

template <class T>
bool packs(const std::vector<T>& values) {
  return packs_well(std::as_bytes(std::span(values)), sizeof(T));
}

/// Uniform in [0, 1).
double drawn(std::uint64_t i) {
  return static_cast<double>(random_bits(7, RandomPurpose::kGenerate, {0, i}, 0) >> 11) * 0x1p-53;
}

TEST(Packing, PaysForCodesAndWholeNumbers) {
  std::vector<std::int32_t> codes;
  std::vector<double> employees;
  for (std::uint64_t i = 0; i < 8192; ++i) {
    codes.push_back(static_cast<std::int32_t>(drawn(i) * 40.0) - 1);
    employees.push_back(std::floor(std::exp(8.0 * drawn(i))));
  }
  EXPECT_TRUE(packs(codes));
  EXPECT_TRUE(packs(employees));
}

TEST(Packing, DoesNotPayForMeasuredFigures) {
  std::vector<double> distances, revenue;
  for (std::uint64_t i = 0; i < 8192; ++i) {
    distances.push_back(3.0 * drawn(i));
    revenue.push_back(std::round(1e6 * drawn(i)) / 100.0);
  }
  EXPECT_FALSE(packs(distances));
  EXPECT_FALSE(packs(revenue));
}

TEST(Packing, GoesByTheValuesNotByWhatTheyAre) {
  EXPECT_TRUE(packs(std::vector<double>(8192, std::numeric_limits<double>::quiet_NaN())));
}

TEST(Packing, OneElementIsNotWorthIt) {
  EXPECT_FALSE(packs(std::vector<double>{1.5}));
  EXPECT_FALSE(packs(std::vector<double>{}));
}

}  // namespace
}  // namespace tessera::storage
