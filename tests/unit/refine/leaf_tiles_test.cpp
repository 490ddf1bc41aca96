#include "refine/leaf_tiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tessera::refinement {
namespace {

TEST(LeafTiles, EveryAccountOfAGatheredNodeHasOneSlotWithItsValues) {
  const std::size_t n = 40'000;  // several chunks
  FeatureTiles tiles(n, 3);
  std::vector<std::int32_t> node_of(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (int f = 0; f < 3; ++f) tiles.set(i, f, static_cast<float>(i * 3 + static_cast<std::size_t>(f)));
    node_of[i] = i % 11 == 10 ? -1 : static_cast<std::int32_t>(i * i % 10);
  }
  const std::vector<std::int32_t> leaf_of_node{-1, 2, -1, -1, 0, 3, -1, -1, -1, 1};  // nodes 3, 7 … hold nobody: leaf 4
  for (const int threads : {1, 2}) {
    tbb::task_arena arena(threads);
    const LeafTiles leaves(arena, tiles, node_of, leaf_of_node, 5);
    std::set<std::uint32_t> seen;
    std::vector<std::uint32_t> last(5, 0);
    for (const auto& [leaf, first, end] : leaves.ranges()) {
      EXPECT_LE(end - first, LeafTiles::kTilesPerRange);
      for (std::size_t t = first; t < end; ++t)
        for (std::size_t lane = 0; lane < leaves.accounts_in(leaf, t); ++lane) {
          const std::uint32_t account = leaves.account_of_slot(t * FeatureTiles::kTileAccounts + lane);
          EXPECT_TRUE(seen.insert(account).second);
          EXPECT_GE(account, last[leaf]);
          last[leaf] = account;
          ASSERT_GE(node_of[account], 0);
          EXPECT_EQ(leaf_of_node[static_cast<std::size_t>(node_of[account])], static_cast<std::int32_t>(leaf));
          for (std::size_t f = 0; f < 3; ++f)
            EXPECT_EQ(leaves.tile(t)[f * FeatureTiles::kTileAccounts + lane], tiles.at(account, static_cast<int>(f)));
        }
    }
    const auto wanted = std::ranges::count_if(
        node_of, [&](std::int32_t node) { return node >= 0 && leaf_of_node[static_cast<std::size_t>(node)] >= 0; });
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(wanted));
  }
}

TEST(LeafTiles, ARankWithoutAccountsHasNoRanges) {
  tbb::task_arena arena(1);
  const std::vector<std::int32_t> leaf_of_node{0, 1};
  const LeafTiles leaves(arena, FeatureTiles(0, 2), {}, leaf_of_node, 2);
  EXPECT_TRUE(leaves.ranges().empty());
  EXPECT_EQ(leaves.n_leaves(), 2u);
}

}  // namespace
}  // namespace tessera::refinement
