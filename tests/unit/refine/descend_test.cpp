#include <gtest/gtest.h>

#include "core/grid.hpp"
#include "tessera/refine.hpp"

namespace tessera {
namespace {

/// Core 0 is cut at 0, its right half again at 2 (centroids 1 and 3); core 1 is not cut.
RefinementTree hand_made_tree() {
  RefinementTree tree;
  tree.d = 1;
  tree.n_micro = 3;
  tree.nodes = {{.parent = -1, .left = 2, .right = 3, .core = 0},
                {.parent = -1, .core = 1, .micro = 2},
                {.parent = 0, .core = 0, .micro = 0},
                {.parent = 0, .left = 4, .right = 5, .core = 0},
                {.parent = 3, .core = 0, .micro = 1},
                {.parent = 3, .core = 0, .micro = 0}};  // merged with the first
  tree.centroids = {0.0, 0.0, -2.0, 2.0, 1.0, 3.0};
  return tree;
}

TEST(Descend, GoesToTheNearerChildAndTiesGoLeft) {
  const std::vector<float> x{-5.0F, 0.0F, kGridStep, 2.0F, 2.0F + kGridStep, 1.0F, 7.0F, 2.5F};
  const std::vector<std::int32_t> core{0, 0, 0, 0, 0, 0, 1, -1};
  FeatureTiles tiles(x.size(), 1);
  for (std::size_t i = 0; i < x.size(); ++i) tiles.set(i, 0, x[i]);
  EXPECT_EQ(descend(hand_made_tree(), tiles, core, 2), (std::vector<std::int32_t>{0, 0, 1, 1, 0, 1, 2, -1}));
}

TEST(Descend, NoAccounts) {
  EXPECT_TRUE(descend(hand_made_tree(), FeatureTiles(0, 1), {}, 1).empty());
}

}  // namespace
}  // namespace tessera
