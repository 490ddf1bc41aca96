#include <gtest/gtest.h>

#include "tessera/follow.hpp"

namespace tessera {
namespace {

/// Core 0 is split into micro 0 and 1, with outliers 2; core 1 is micro 3 alone.
RefinementTree tree() {
  RefinementTree tree;
  tree.d = 1;
  tree.n_micro = 4;
  tree.nodes = {{-1, 2, 3, 0, -1, 30}, {-1, -1, -1, 1, 3, 9}, {0, -1, -1, 0, 0, 10}, {0, -1, -1, 0, 1, 20}};
  tree.centroids = {0.5, 4.0, 0.25, 0.75};
  tree.bounds = {{1.0, 2}, {2.0, 2}, {0.0, -1}, {3.0, -1}};
  tree.centres = {0.25, 0.75, 0.5, 4.0};
  return tree;
}

TEST(JoinedTrees, HaveThePartsOfTheirCoreSegmentsInOrder) {
  const RefinementTree from = tree(), other = tree();
  const RefinementTree joined = joined_trees(std::vector<TreePart>{{&from, 1}, {&other, 1}, {&from, 0}});
  EXPECT_EQ(joined.n_micro, 5);
  ASSERT_EQ(joined.nodes.size(), 5U);
  EXPECT_EQ(joined.centroids, (std::vector<double>{4.0, 4.0, 0.5, 0.25, 0.75}));
  const std::vector<std::int32_t> parents = {-1, -1, -1, 2, 2}, cores = {0, 1, 2, 2, 2}, micros = {0, 1, -1, 2, 3};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(joined.nodes[i].parent, parents[i]);
    EXPECT_EQ(joined.nodes[i].core, cores[i]);
    EXPECT_EQ(joined.nodes[i].micro, micros[i]);
  }
  EXPECT_EQ(joined.nodes[2].left, 3);
  EXPECT_EQ(joined.nodes[2].right, 4);
  ASSERT_EQ(joined.bounds.size(), 5U);
  EXPECT_EQ(joined.bounds[2].outliers, 4);
  EXPECT_EQ(joined.bounds[3].distance, 2.0);
  EXPECT_EQ(joined.centres, (std::vector<double>{4.0, 4.0, 0.25, 0.75, 0.5}));
}

TEST(JoinedTrees, OfAllPartsOfOneAreThatOne) {
  const RefinementTree from = tree();
  const RefinementTree joined = joined_trees(std::vector<TreePart>{{&from, 0}, {&from, 1}});
  EXPECT_EQ(joined.n_micro, from.n_micro);
  EXPECT_EQ(joined.centroids, from.centroids);
  EXPECT_EQ(joined.centres, from.centres);
  for (std::size_t i = 0; i < from.nodes.size(); ++i) EXPECT_EQ(joined.nodes[i].micro, from.nodes[i].micro);
}

}  // namespace
}  // namespace tessera
