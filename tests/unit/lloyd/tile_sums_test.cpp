#include <gtest/gtest.h>

#include "lloyd/kernel.hpp"
#include "random_tiles.hpp"

namespace tessera::lloyd {
namespace {

/// Random accounts, and two at the ends of the grid.
FeatureTiles extreme_tiles(std::size_t n, int d) {
  FeatureTiles tiles = test::random_tiles(n, d, 31);
  for (int f = 0; f < d; ++f) {
    tiles.set(0, f, from_grid(kGridLimit));
    tiles.set(1, f, from_grid(-kGridLimit));
  }
  return tiles;
}

TEST(TileSums, AddAndSubtractGridUnits) {
  const FeatureTiles tiles = extreme_tiles(FeatureTiles::kTileAccounts, 9);
  std::vector<std::int64_t> sums(9, 5);
  add_account(tiles.tile(0), 9, 0, 1, sums.data());
  for (const std::int64_t sum : sums) ASSERT_EQ(sum, 5 + kGridLimit);
  add_account(tiles.tile(0), 9, 1, -1, sums.data());
  for (const std::int64_t sum : sums) ASSERT_EQ(sum, 5 + 2 * std::int64_t{kGridLimit});
}

TEST(TileSums, RowsHoldTheSameUnitsAsTheTile) {
  for (int d = 1; d <= 19; ++d) {
    const FeatureTiles tiles = extreme_tiles(FeatureTiles::kTileAccounts - 7, d);
    for (const std::string& target : simd_targets()) {
      use_simd_target(target);
      std::vector<std::int32_t> rows(FeatureTiles::kTileAccounts * row_stride(d), -1);
      transpose_to_rows(tiles.tile(0), d, rows.data());
      for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts - 7; ++lane) {
        std::vector<std::int64_t> by_tile(static_cast<std::size_t>(d)), by_row(static_cast<std::size_t>(d));
        for (int f = 0; f < d; ++f)
          ASSERT_EQ(rows[lane * row_stride(d) + static_cast<std::size_t>(f)], grid_units(tiles.at(lane, f)));
        const int sign = lane % 2 == 0 ? 1 : -1;
        add_account(tiles.tile(0), d, lane, sign, by_tile.data());
        add_row(rows.data() + lane * row_stride(d), d, sign, by_row.data());
        ASSERT_EQ(by_row, by_tile) << target << " d=" << d;
      }
    }
  }
}

}  // namespace
}  // namespace tessera::lloyd
