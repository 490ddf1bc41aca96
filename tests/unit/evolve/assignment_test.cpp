#include "evolve/assignment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace tessera {
namespace {

using evolve::best_assignment;
using evolve::Overlap;
using Matrix = std::vector<std::vector<std::int64_t>>;

/// The most that any permutation brings, the plain way. Rows and columns may be left out where there is no overlap.
std::int64_t best_of_all(const Matrix& overlaps, std::size_t n_to) {
  std::vector<std::size_t> columns(std::max(overlaps.size(), n_to));
  std::iota(columns.begin(), columns.end(), 0U);
  std::int64_t best = 0;
  do {
    std::int64_t total = 0;
    for (std::size_t row = 0; row < overlaps.size(); ++row)
      if (columns[row] < n_to) total += overlaps[row][columns[row]];
    best = std::max(best, total);
  } while (std::next_permutation(columns.begin(), columns.end()));
  return best;
}

std::vector<Overlap> pairs_of(const Matrix& overlaps) {
  std::vector<Overlap> pairs;
  for (std::size_t row = 0; row < overlaps.size(); ++row)
    for (std::size_t to = 0; to < overlaps[row].size(); ++to)
      if (overlaps[row][to] > 0)
        pairs.push_back({static_cast<std::int32_t>(row), static_cast<std::int32_t>(to), overlaps[row][to]});
  return pairs;
}

TEST(Assignment, IsAsGoodAsTheBestOfAllPermutations) {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    const std::size_t n_from = 1 + random() % 6, n_to = 1 + random() % 6;
    Matrix overlaps(n_from, std::vector<std::int64_t>(n_to, 0));
    const unsigned largest = round % 2 == 0 ? 4 : 1000;  // many ties, or hardly any
    for (auto& row : overlaps)
      for (std::int64_t& overlap : row)
        if (random() % 3 != 0) overlap = static_cast<std::int64_t>(random() % largest);
    const std::vector<std::int32_t> to_of =
        best_assignment(static_cast<std::int32_t>(n_from), static_cast<std::int32_t>(n_to), pairs_of(overlaps));
    std::int64_t total = 0;
    std::vector<int> taken(n_to, 0);
    for (std::size_t row = 0; row < n_from; ++row) {
      if (to_of[row] < 0) continue;
      const auto to = static_cast<std::size_t>(to_of[row]);
      EXPECT_EQ(++taken[to], 1) << "round " << round;
      EXPECT_GT(overlaps[row][to], 0) << "round " << round;
      total += overlaps[row][to];
    }
    EXPECT_EQ(total, best_of_all(overlaps, n_to)) << "round " << round;
  }
}

TEST(Assignment, ServesLowerRowsFirstWhereAllIsEqual) {
  EXPECT_EQ(best_assignment(1, 3, pairs_of({{5, 5, 5}})), (std::vector<std::int32_t>{0}));
  EXPECT_EQ(best_assignment(3, 1, pairs_of({{5}, {5}, {5}})), (std::vector<std::int32_t>{0, -1, -1}));
  EXPECT_EQ(best_assignment(2, 2, pairs_of({{5, 5}, {5, 5}})), (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(best_assignment(2, 3, {}), (std::vector<std::int32_t>{-1, -1}));
  EXPECT_TRUE(best_assignment(0, 0, {}).empty());
}

TEST(Assignment, GivesUpALargePairForTwoThatAreLargerTogether) {
  EXPECT_EQ(best_assignment(2, 2, pairs_of({{10, 9}, {8, 0}})), (std::vector<std::int32_t>{1, 0}));
  const std::int64_t huge = std::int64_t{1} << 60;
  EXPECT_EQ(best_assignment(2, 2, pairs_of({{huge, huge - 1}, {huge - 1, 0}})), (std::vector<std::int32_t>{1, 0}));
}

}  // namespace
}  // namespace tessera
