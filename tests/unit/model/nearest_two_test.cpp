#include "model/nearest_two.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "core/grid.hpp"

namespace tessera {
namespace {

/// n accounts of d features, many of them at the same places, so that distances tie.
FeatureTiles accounts(std::size_t n, int d) {
  FeatureTiles tiles(n, d);
  for (std::size_t i = 0; i < n; ++i)
    for (int f = 0; f < d; ++f)
      tiles.set(i, f, from_grid(to_grid(static_cast<double>((i * 7 + static_cast<std::size_t>(f) * 3) % 11) - 5.0)));
  return tiles;
}

/// A plain loop: of equal distances the lower index.
void expect_nearest(const FeatureTiles& tiles, const std::vector<double>& centroids, CoreRange range, std::size_t i,
                    const NearestTwo& two) {
  const auto d = static_cast<std::size_t>(tiles.d());
  std::int32_t first = -1, second = -1;
  std::vector<double> squares(static_cast<std::size_t>(range.end), std::numeric_limits<double>::infinity());
  for (std::int32_t c = range.begin; c < range.end; ++c) {
    double sum = 0.0;
    for (std::size_t f = 0; f < d; ++f) {
      const double step =
          static_cast<double>(tiles.at(i, static_cast<int>(f))) - centroids[static_cast<std::size_t>(c) * d + f];
      sum += step * step;
    }
    squares[static_cast<std::size_t>(c)] = sum;
  }
  for (std::int32_t c = range.begin; c < range.end; ++c)
    if (first < 0 || squares[static_cast<std::size_t>(c)] < squares[static_cast<std::size_t>(first)]) first = c;
  for (std::int32_t c = range.begin; c < range.end; ++c)
    if (c != first && (second < 0 || squares[static_cast<std::size_t>(c)] < squares[static_cast<std::size_t>(second)]))
      second = c;
  EXPECT_EQ(two.nearest[i], first) << i;
  EXPECT_EQ(two.next_best[i], second) << i;
}

TEST(NearestTwo, AreThoseOfAPlainLoopWhateverTies) {
  constexpr int kCores = 7, kFeatures = 3;
  const FeatureTiles tiles = accounts(200, kFeatures);
  std::vector<double> centroids;
  for (int i = 0; i < kCores * kFeatures; ++i) centroids.push_back(static_cast<double>(i * 5 % 9) - 4.0);
  for (int f = 0; f < kFeatures; ++f)
    centroids[static_cast<std::size_t>(6 * kFeatures + f)] = centroids[static_cast<std::size_t>(kFeatures + f)];
  const NearestTwo all = nearest_two_cores(tiles, centroids, kCores, 2);
  std::vector<CoreRange> among;
  for (std::size_t i = 0; i < tiles.n_local(); ++i)
    among.push_back(i % 3 == 0 ? CoreRange{0, kCores} : i % 3 == 1 ? CoreRange{2, 6} : CoreRange{4, 5});
  const NearestTwo some = nearest_two_within(tiles, centroids, among, 2);
  for (std::size_t i = 0; i < tiles.n_local(); ++i) {
    expect_nearest(tiles, centroids, {0, kCores}, i, all);
    expect_nearest(tiles, centroids, among[i], i, some);
  }
  const NearestTwo none = nearest_two_within(tiles, centroids, std::vector<CoreRange>(200), 1);
  EXPECT_EQ(none.nearest, std::vector<std::int32_t>(200, -1));
}

}  // namespace
}  // namespace tessera
