#include "refine/merging.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "grown_tree.hpp"

namespace tessera::refinement {
namespace {

using test::roots;
using test::split;
using test::spread;

TEST(MergeLeaves, NumbersByCoreThenFromLeftToRight) {
  GrownTree tree = roots(2, 1);
  split(tree, 1, 1.0, spread(50, -9000, 100), spread(50, 9000, 100));                               // 2, 3
  const std::int32_t left = split(tree, 0, 1.0, spread(50, -9000, 3000), spread(50, 90'000, 100));  // 4, 5
  split(tree, left, 1.0, spread(25, -12'000, 100), spread(25, -6000, 100));                         // 6, 7
  const MicroSegments segments = merge_leaves(tree);
  EXPECT_EQ(segments.micro_of_node, (std::vector<std::int32_t>{-1, -1, 3, 4, -1, 2, 0, 1}));
  EXPECT_EQ(segments.core_of_micro, (std::vector<std::int32_t>{0, 0, 0, 1, 1}));
  EXPECT_EQ(segments.accounts, (std::vector<std::int64_t>{25, 25, 50, 50, 50}));
}

TEST(MergeLeaves, CousinsThatAreOneBlobAreJoined) {
  // A cut through the middle blob of three, then each half set apart from its neighbour.
  GrownTree tree = roots(1, 1);
  const std::int32_t left = split(tree, 0, 1.0, spread(150, 0, 1), spread(150, 0, 1));
  split(tree, left, 1.0, spread(100, -100'000, 1000), spread(50, -500, 500));
  split(tree, left + 1, 1.0, spread(50, 500, 500), spread(100, 100'000, 1000));
  const MicroSegments segments = merge_leaves(tree);
  EXPECT_EQ(segments.accounts, (std::vector<std::int64_t>{100, 100, 100}));
  EXPECT_EQ(segments.micro_of_node[4], segments.micro_of_node[5]);
}

TEST(MergeLeaves, TwinsOfDifferentCoresStayApart) {
  const MicroSegments segments = merge_leaves(roots(2, 1));
  EXPECT_EQ(segments.accounts.size(), 2u);
}

TEST(MergeLeaves, ACrumbJoinsTheNearestLeafThoughAnotherIsItsSibling) {
  GrownTree tree = roots(1, 20);
  const std::int32_t left = split(tree, 0, 1.0, spread(105, 0, 1), spread(100, 50'000, 100));
  split(tree, left, 1.0, spread(100, -90'000, 100), spread(5, 40'000, 10));
  const MicroSegments segments = merge_leaves(tree);
  EXPECT_EQ(segments.accounts, (std::vector<std::int64_t>{100, 105}));
  EXPECT_EQ(segments.micro_of_node[4], segments.micro_of_node[2]);
}

TEST(MergeLeaves, ACoreSegmentBelowTheMinimumOrEmptyStaysOne) {
  GrownTree tree = roots(2, 1000);
  tree.nodes[1].moments = Moments(1);
  const MicroSegments segments = merge_leaves(tree);
  EXPECT_EQ(segments.accounts, (std::vector<std::int64_t>{100, 0}));
}

/// All pairs anew after every join.
std::vector<std::int64_t> naive_twins(std::vector<Moments> groups) {
  while (groups.size() > 1) {
    double least = INFINITY;
    std::size_t a = 0;
    std::size_t b = 0;
    for (std::size_t i = 0; i < groups.size(); ++i)
      for (std::size_t j = i + 1; j < groups.size(); ++j)
        if (const double gain = bic_gain(groups[i], groups[j]); gain < least) least = gain, a = i, b = j;
    if (least > 0.0) break;
    groups[a] += groups[b];
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(b));
  }
  std::vector<std::int64_t> accounts(groups.size());
  std::ranges::transform(groups, accounts.begin(), [](const Moments& group) { return group.n; });
  return accounts;
}

TEST(MergeLeaves, JoinsTheTwinsThatTheNaiveLoopJoins) {
  std::mt19937_64 random(3);
  int joined = 0;
  for (int round = 0; round < 100; ++round) {
    GrownTree tree = roots(1, 1);
    const auto any = [&] {
      return spread(5 + static_cast<std::int64_t>(random() % 50), static_cast<std::int64_t>(random() % 60'000),
                    500 + static_cast<std::int64_t>(random() % 3000));
    };
    for (int s = 0; s < 12; ++s) {
      std::int32_t leaf = 0;
      while (!tree.is_leaf(static_cast<std::size_t>(leaf)))
        leaf = tree.nodes[static_cast<std::size_t>(leaf)].left + static_cast<std::int32_t>(random() % 2);
      split(tree, leaf, 1.0, any(), any());
    }
    const MicroSegments segments = merge_leaves(tree);
    std::vector<Moments> leaves;
    std::vector<std::int32_t> path{0};
    while (!path.empty()) {
      const auto node = static_cast<std::size_t>(path.back());
      path.pop_back();
      if (tree.is_leaf(node)) {
        leaves.push_back(tree.nodes[node].moments);
      } else {
        path.push_back(tree.nodes[node].left + 1);
        path.push_back(tree.nodes[node].left);
      }
    }
    EXPECT_EQ(segments.accounts, naive_twins(leaves));
    joined += segments.accounts.size() < leaves.size() ? 1 : 0;
  }
  EXPECT_GT(joined, 50);
}

}  // namespace
}  // namespace tessera::refinement
