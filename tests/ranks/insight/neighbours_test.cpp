#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/grid.hpp"
#include "core/random.hpp"
#include "insight/neighbours/principal_plane.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "tessera/insight.hpp"

namespace tessera {
namespace {

using test::world;

/// Three clouds on a line, the first two close together; feature 2 is noise. Account i is in cloud i mod 3.
struct Clouds {
  AccountTable accounts;
  FeatureTiles tiles;
  FeatureEncoding encoding;
  std::vector<std::uint32_t> rows;
  std::vector<SegmentSeed> seeds;
  SegmentAssignment assignment;
  std::vector<std::int32_t> next_best;
  Job job;

  static double feature(std::size_t i, int f) {
    const double noise = uniform(random_bits(3, RandomPurpose::kGenerate, {i, 0}, static_cast<std::uint64_t>(f))) - 0.5;
    constexpr double kCentres[3] = {-2.0, -1.0, 3.0};
    return f == 2 ? 0.5 * noise : kCentres[i % 3] * (f == 0 ? 1.0 : 0.5) + 0.2 * noise;
  }

  explicit Clouds(std::size_t n) {
    std::vector<std::size_t> mine;
    const auto holders = static_cast<std::size_t>(std::max(1, world().size() - 1));
    for (std::size_t i = 0; i < n; ++i)
      if (i % holders == static_cast<std::size_t>(world().rank())) mine.push_back(i);
    accounts.n_local = mine.size();
    accounts.n_global = n;
    tiles = FeatureTiles(mine.size(), 3);
    encoding.features.resize(3);
    for (int f = 0; f < 3; ++f)
      encoding.features[static_cast<std::size_t>(f)].column = std::string(1, static_cast<char>('a' + f));
    FlagColumn silent;
    for (std::size_t place = 0; place < mine.size(); ++place) {
      const std::size_t i = mine[place];
      accounts.keys.push_back({i, 0});
      accounts.ids.push_back("A" + std::to_string(i));
      silent.values.push_back(i == 3 ? std::int8_t{1} : std::int8_t{0});
      rows.push_back(static_cast<std::uint32_t>(place));
      assignment.core.push_back(static_cast<std::int32_t>(i % 3));
      next_best.push_back(i % 3 == 0 ? 1 : i % 3 == 1 ? 0 : 1);
      for (int f = 0; f < 3; ++f) tiles.set(place, f, from_grid(to_grid(feature(i, f))));
    }
    accounts.columns.push_back({"crm", "silent", ColumnType::kFlag, std::move(silent)});
    job.value.suppress.text = "silent";
    seeds.assign(3, {Level::kCore, -1, "", ""});
  }
  SegmentGeometry geometry() {
    Journal journal(false);
    return geometry_of({world(), journal, test::threads()}, tiles, encoding, accounts, job, rows, seeds, assignment,
                       next_best);
  }
};

TEST(Geometry, NeighboursAreTheNextBest) {
  const SegmentGeometry geometry = Clouds(300).geometry();
  ASSERT_EQ(geometry.neighbours.size(), 6U);
  EXPECT_EQ(geometry.neighbours[0].neighbour, 1);
  EXPECT_EQ(geometry.neighbours[0].accounts, 100);
  EXPECT_EQ(geometry.neighbours[1].neighbour, 2);
  EXPECT_EQ(geometry.neighbours[1].accounts, 0);
  EXPECT_EQ(geometry.neighbours[4].neighbour, 1);
  EXPECT_NEAR(geometry.neighbours[0].distance, std::hypot(1.0, 0.5), 0.05);
}

TEST(Geometry, ExamplesAreTheNearestThatMayBeShown) {
  constexpr std::size_t kN = 300;
  const SegmentGeometry geometry = Clouds(kN).geometry();
  ASSERT_EQ(geometry.examples.size(), 15U);
  for (int cloud = 0; cloud < 3; ++cloud) {
    // The plain way: means and distances over all accounts.
    std::vector<double> mean(3, 0.0);
    for (std::size_t i = static_cast<std::size_t>(cloud); i < kN; i += 3)
      for (int f = 0; f < 3; ++f) mean[static_cast<std::size_t>(f)] += Clouds::feature(i, f) / 100.0;
    std::vector<std::pair<double, std::string>> all;
    for (std::size_t i = static_cast<std::size_t>(cloud); i < kN; i += 3) {
      double squared = 0.0;
      for (int f = 0; f < 3; ++f) squared += std::pow(Clouds::feature(i, f) - mean[static_cast<std::size_t>(f)], 2);
      if (i != 3) all.emplace_back(std::sqrt(squared), "A" + std::to_string(i));
    }
    std::ranges::sort(all);
    for (std::size_t e = 0; e < 5; ++e) {
      const ExampleAccount& example = geometry.examples[static_cast<std::size_t>(cloud) * 5 + e];
      EXPECT_EQ(example.segment, cloud);
      EXPECT_EQ(example.account_id, all[e].second);
      EXPECT_NEAR(example.distance, all[e].first, 1e-5);
    }
  }
}

TEST(Geometry, TheMapHasSegmentsWhereTheirAccountsAre) {
  const SegmentMap map = Clouds(9000).geometry().map;
  ASSERT_EQ(map.bubbles.size(), 3U);
  EXPECT_LT(map.bubbles[0].x, map.bubbles[1].x);
  EXPECT_LT(map.bubbles[1].x, map.bubbles[2].x);
  EXPECT_NEAR(map.bubbles[2].x - map.bubbles[0].x, 5.0 * std::hypot(1.0, 0.5), 0.05);
  EXPECT_GT(map.share_x, 0.95);
  EXPECT_EQ(map.points.size(), SegmentMap::kMostPoints);
  for (const SegmentMap::Point& point : map.points)
    EXPECT_NEAR(point.x, map.bubbles[static_cast<std::size_t>(point.segment)].x, 0.3);
}

TEST(Geometry, OneAccountIsEnough) {
  const SegmentGeometry geometry = Clouds(1).geometry();
  EXPECT_TRUE(geometry.neighbours.empty());
  ASSERT_EQ(geometry.examples.size(), 1U);
  EXPECT_EQ(geometry.examples[0].distance, 0.0);
  EXPECT_EQ(geometry.map.points.size(), 1U);
  EXPECT_TRUE(std::isnan(geometry.map.bubbles[2].x));
}

TEST(Geometry, SensitiveFeaturesTakeNoPartInTheMap) {
  Clouds clouds(300);
  for (const char* name : {"a", "b", "c"}) {
    NumberColumn cells{std::vector<double>(clouds.accounts.n_local, 1.0)};
    clouds.accounts.columns.push_back({"crm", name, ColumnType::kNumber, cells, false, true});
  }
  const SegmentMap map = clouds.geometry().map;
  for (const SegmentMap::Point& point : map.points) EXPECT_EQ(point.x, 0.0);
}

/// numpy 1.24's eigh of the covariance (divided by n) of the same forty accounts.
TEST(PrincipalPlane, AgreesWithNumpy) {
  constexpr double kX[4] = {0.8888031407085631, 0.03901115477023959, 0.4562819830282802, -0.01771606146599544};
  constexpr double kY[4] = {-0.034008829240135825, 0.9964493704084186, -0.016022660103119073, 0.0753347603009457};
  std::vector<AccountKey> keys;
  const auto holders = static_cast<std::uint64_t>(std::max(1, world().size() - 1));
  for (std::uint64_t i = 0; i < 40; ++i)
    if (i % holders == static_cast<std::uint64_t>(world().rank())) keys.push_back({i, 0});
  FeatureTiles tiles(keys.size(), 4);
  for (std::size_t place = 0; place < keys.size(); ++place) {
    const std::uint64_t i = keys[place].hi;
    const auto first = static_cast<double>((i * 37 + 11) % 64);
    tiles.set(place, 0, static_cast<float>(first / 16.0 - 2.0));
    tiles.set(place, 1, static_cast<float>(static_cast<double>((i * i * 5 + 3 * i) % 50) / 32.0 - 1.0));
    tiles.set(place, 2, static_cast<float>(first / 32.0 + static_cast<double>(i * 7 % 8) / 16.0 - 1.0));
    tiles.set(place, 3, static_cast<float>(static_cast<double>(i * 13 % 32) / 64.0));
  }
  Journal journal(false);
  const insight::PrincipalPlane plane =
      insight::principal_plane({world(), journal, test::threads()}, tiles, keys, {0, 1, 2, 3}, 1);
  EXPECT_NEAR(plane.share_x, 0.871431547540673, 1e-12);
  EXPECT_NEAR(plane.share_y, 0.10992773034122313, 1e-12);
  for (std::size_t f = 0; f < 4; ++f) {
    EXPECT_NEAR(plane.x[f], kX[f], 1e-12);
    EXPECT_NEAR(plane.y[f], kY[f], 1e-12);
  }
}

TEST(PrincipalPlane, WhatDoesNotVaryHasNoDirection) {
  FeatureTiles tiles(5, 2);
  const std::vector<AccountKey> keys(5, AccountKey{1, 1});
  Journal journal(false);
  const insight::PrincipalPlane plane =
      insight::principal_plane({world(), journal, test::threads()}, tiles, keys, {0, 1}, 1);
  EXPECT_EQ(plane.share_x, 0.0);
  EXPECT_EQ(plane.place([](std::size_t) { return 0.0; }).x, 0.0);
}

}  // namespace
}  // namespace tessera
