#include "refine/pruning.hpp"

#include <gtest/gtest.h>

#include "grown_tree.hpp"

namespace tessera::refinement {
namespace {

using test::roots;
using test::split;
using test::spread;

TEST(Prune, TakesTheWeakestGainFirst) {
  GrownTree tree = roots(3, 1);
  split(tree, 0, 5.0, spread(50, 0, 10), spread(50, 0, 10));
  split(tree, 1, 2.0, spread(50, 0, 10), spread(50, 0, 10));
  split(tree, 2, 9.0, spread(50, 0, 10), spread(50, 0, 10));
  prune(tree, 5);
  EXPECT_FALSE(tree.is_leaf(0));
  EXPECT_TRUE(tree.is_leaf(1));
  EXPECT_FALSE(tree.is_leaf(2));
}

TEST(Prune, AWeakSplitAboveAStrongOneIsKept) {
  GrownTree tree = roots(2, 1);
  const std::int32_t left = split(tree, 0, 1.0, spread(50, 0, 10), spread(50, 0, 10));
  split(tree, left, 100.0, spread(25, 0, 10), spread(25, 0, 10));
  split(tree, 1, 50.0, spread(50, 0, 10), spread(50, 0, 10));
  prune(tree, 4);
  EXPECT_FALSE(tree.is_leaf(0));
  EXPECT_FALSE(tree.is_leaf(static_cast<std::size_t>(left)));
  EXPECT_TRUE(tree.is_leaf(1));
  prune(tree, 2);
  EXPECT_TRUE(tree.is_leaf(0));
}

TEST(Prune, OfEqualGainsTheLaterSplitGoes) {
  GrownTree tree = roots(2, 1);
  split(tree, 0, 3.0, spread(50, 0, 10), spread(50, 0, 10));
  split(tree, 1, 3.0, spread(50, 0, 10), spread(50, 0, 10));
  prune(tree, 3);
  EXPECT_FALSE(tree.is_leaf(0));
  EXPECT_TRUE(tree.is_leaf(1));
}

TEST(Prune, ASplitThatOnlyTookACrumbOffIsUndoneUnlessMoreCameOfIt) {
  GrownTree tree = roots(2, 20);
  split(tree, 0, 1000.0, spread(5, 0, 10), spread(95, 0, 10));
  const std::int32_t left = split(tree, 1, 1.0, spread(5, 0, 10), spread(95, 0, 10));
  split(tree, left + 1, 1.0, spread(50, 0, 10), spread(45, 0, 10));
  prune(tree, 100);
  EXPECT_TRUE(tree.is_leaf(0));
  EXPECT_FALSE(tree.is_leaf(1));
}

TEST(Prune, CrumbsAreOutsideTheBudget) {
  GrownTree tree = roots(1, 20);
  const std::int32_t left = split(tree, 0, 1.0, spread(5, 0, 10), spread(95, 0, 10));
  split(tree, left + 1, 1.0, spread(50, 0, 10), spread(45, 0, 10));
  prune(tree, 2);
  EXPECT_FALSE(tree.is_leaf(static_cast<std::size_t>(left) + 1));
}

TEST(LeafAfterPruning, IsTheLastNodeOfThePathThatIsLeft) {
  GrownTree tree = roots(1, 1);
  const std::int32_t left = split(tree, 0, 9.0, spread(50, 0, 10), spread(50, 0, 10));
  const std::int32_t below = split(tree, left, 5.0, spread(25, 0, 10), spread(25, 0, 10));
  split(tree, below, 7.0, spread(12, 0, 10), spread(13, 0, 10));
  EXPECT_EQ(leaf_after_pruning(tree), (std::vector<std::int32_t>{-1, -1, 2, -1, 4, 5, 6}));
  prune(tree, 2);
  EXPECT_EQ(leaf_after_pruning(tree), (std::vector<std::int32_t>{-1, 1, 2, 1, 1, 1, 1}));
}

}  // namespace
}  // namespace tessera::refinement
