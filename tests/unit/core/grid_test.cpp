#include "core/grid.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

namespace tessera {
namespace {

TEST(Grid, EveryUnitIsExactInFloat) {
  for (std::int32_t units = -kGridLimit; units <= kGridLimit; units += 997) {
    ASSERT_EQ(grid_units(from_grid(units)), units);
    ASSERT_EQ(to_grid(static_cast<double>(from_grid(units))), units);
  }
  for (const std::int32_t units : {-kGridLimit, -1, 0, 1, kGridLimit}) {
    EXPECT_EQ(static_cast<double>(from_grid(units)), units * kGridStep);
    EXPECT_EQ(grid_units(from_grid(units)), units);
  }
}

TEST(Grid, RoundsToNearestTiesToEven) {
  EXPECT_EQ(to_grid(0.5 * kGridStep), 0);
  EXPECT_EQ(to_grid(1.5 * kGridStep), 2);
  EXPECT_EQ(to_grid(2.5 * kGridStep), 2);
  EXPECT_EQ(to_grid(-0.5 * kGridStep), 0);
  EXPECT_EQ(to_grid(-1.5 * kGridStep), -2);
  EXPECT_EQ(to_grid(std::nextafter(0.5, 1.0) * kGridStep), 1);
  EXPECT_EQ(to_grid(std::nextafter(-0.5, -1.0) * kGridStep), -1);
  EXPECT_EQ(to_grid(1.0), 1 << kGridBits);
}

TEST(Grid, HoldsValuesWithinTheLimit) {
  EXPECT_EQ(to_grid(8.0), kGridLimit);
  EXPECT_EQ(to_grid(-8.0), -kGridLimit);
  EXPECT_EQ(to_grid(1e18), kGridLimit);
  EXPECT_EQ(to_grid(-1e308), -kGridLimit);
}

}  // namespace
}  // namespace tessera
