#include "kmeans/seeding.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "../lloyd/grid_accounts.hpp"
#include "lloyd/kernel.hpp"
#include "ranks_test.hpp"
#include "serial_seeds.hpp"

namespace tessera {
namespace {

using test::GridAccounts;
using test::Layout;
using test::serial_seeds;

std::vector<std::vector<double>> seeds_of(const GridAccounts& accounts, int k, std::uint64_t seed, int first_start,
                                          int starts, Layout layout = Layout::kEven, int threads = 1) {
  Journal journal(false);
  const Context context{test::world(), journal, threads};
  const test::Share share = share_of(accounts, test::world(), layout);
  const lloyd::Population population = lloyd::centred_population(context, share.tiles, share.keys, share.weights);
  return seed_centroids(context, population, k, seed, first_start, starts);
}

std::vector<double> seeds(const GridAccounts& accounts, int k, std::uint64_t seed, int start,
                          Layout layout = Layout::kEven, int threads = 1) {
  return seeds_of(accounts, k, seed, start, 1, layout, threads).front();
}

TEST(Seeding, RunsTheRaceOfASerialReferenceOnAnyLayoutThreadsAndTarget) {
  // Well apart, so that most of D² falls away with the first centres and nearly every tile must be looked at again.
  const GridAccounts apart = test::blobs(3000, {{0, 0, 0}, {6, 1, 0}, {-6, 2, 5}}, 0.02, 4);
  const GridAccounts near = test::blobs(3000, {{0, 0, 0}, {3, 1, 0}, {-3, 2, 5}}, 0.7, 2);
  const GridAccounts apart_by_weight = test::weighted(apart, 1), near_by_weight = test::weighted(near, 3);
  for (const GridAccounts* accounts : {&apart, &near, &apart_by_weight, &near_by_weight}) {
    for (const int start : {0, 1, 7}) {
      const std::vector<double> expected = serial_seeds(*accounts, 60, 99, start);
      for (const std::string& target : lloyd::simd_targets()) {
        lloyd::use_simd_target(target);
        EXPECT_EQ(seeds(*accounts, 60, 99, start, Layout::kAllOnRoot), expected);
        EXPECT_EQ(seeds(*accounts, 60, 99, start, Layout::kEven, 2), expected);
        EXPECT_EQ(seeds(*accounts, 60, 99, start, Layout::kLopsided, 3), expected);
      }
    }
  }
}

TEST(Seeding, SeedsStartsTogetherAsOneByOne) {
  const GridAccounts accounts = test::blobs(900, {{0, 0}, {3, 1}, {-3, 2}}, 0.5, 8);
  const std::vector<std::vector<double>> together = seeds_of(accounts, 20, 5, 2, 6);
  ASSERT_EQ(together.size(), 6U);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(together[static_cast<std::size_t>(i)], seeds(accounts, 20, 5, 2 + i));
    EXPECT_EQ(together[static_cast<std::size_t>(i)].size(), 40U);
  }
  EXPECT_EQ(std::set(together.begin(), together.end()).size(), 6U);
}

/// Accounts of one key draw alike, so equal ones tie in every race: the first of them wins.
TEST(Seeding, BreaksTiesByTheOrderOfAccounts) {
  GridAccounts accounts = test::blobs(640, {{0, 0}, {2, 2}}, 0.5, 3);
  for (AccountKey& key : accounts.keys) key = {7, 7};
  for (const int start : {0, 3}) {
    const std::vector<double> expected = serial_seeds(accounts, 8, 1, start);
    EXPECT_EQ(seeds(accounts, 8, 1, start, Layout::kEven, 2), expected);
    EXPECT_EQ(seeds(accounts, 8, 1, start, Layout::kLopsided), expected);
  }
}

TEST(Seeding, GivesNoMoreCentresThanThereAreDistinctAccounts) {
  GridAccounts accounts;
  for (int i = 0; i < 40; ++i) accounts.add(std::vector<double>{i % 5 * 0.5, 1.0});
  const std::vector<double> centres = seeds(accounts, 9, 3, 0);
  ASSERT_EQ(centres.size(), 10U);
  std::set<double> distinct;
  for (std::size_t j = 0; j < 5; ++j) distinct.insert(centres[2 * j]);
  EXPECT_EQ(distinct, (std::set<double>{0.0, 0.5, 1.0, 1.5, 2.0}));

  GridAccounts equal;
  for (int i = 0; i < 100; ++i) equal.add(std::vector<double>{-7.5});
  EXPECT_EQ(seeds(equal, 4, 3, 0), std::vector<double>{-7.5});
}

/// Weights that are all alike change no race; powers of two not even the rounding.
TEST(Seeding, ChoosesAlikeWhereAllWeighAlike) {
  GridAccounts accounts = test::blobs(900, {{0, 0}, {3, 1}, {-3, 2}}, 0.5, 8);
  for (const int start : {0, 1, 2}) {
    accounts.weights.clear();
    const std::vector<double> expected = seeds(accounts, 20, 5, start);
    for (const int weight : {1, 4096}) {
      accounts.weights.assign(accounts.n(), static_cast<std::uint16_t>(weight));
      EXPECT_EQ(seeds(accounts, 20, 5, start), expected);
    }
  }
}

/// Accounts at 0, 1, 3 and 7: the chance of each ordered choice of three, against how often it comes. One draw serves
/// both races of a start: were what is left of it no Exp(1), the third centres would show it.
void expect_chances(const std::vector<std::uint16_t>& weights) {
  constexpr int kTrials = 20000;
  const std::vector<double> places = {0.0, 1.0, 3.0, 7.0};
  GridAccounts accounts;
  for (const double x : places) accounts.add(std::vector<double>{x});
  accounts.weights = weights;
  std::map<std::vector<double>, int> count;
  for (std::uint64_t seed = 0; seed < kTrials; ++seed) {
    const std::vector<double> chosen = serial_seeds(accounts, 3, seed, 0);
    if (seed < 50) {
      ASSERT_EQ(seeds(accounts, 3, seed, 0), chosen);
    }
    ++count[chosen];
  }
  const auto chances = [&](const std::vector<double>& centres) {
    std::vector<double> chance;
    for (std::size_t i = 0; i < places.size(); ++i) {
      double squared = centres.empty() ? 1.0 : INFINITY;
      for (const double c : centres) squared = std::min(squared, (places[i] - c) * (places[i] - c));
      chance.push_back(accounts.weight(i) * squared);
    }
    const double all = std::accumulate(chance.begin(), chance.end(), 0.0);
    for (double& c : chance) c /= all;
    return chance;
  };
  const std::vector<double> first = chances({});
  for (std::size_t a = 0; a < 4; ++a) {
    const std::vector<double> second = chances({places[a]});
    for (std::size_t b = 0; b < 4; ++b) {
      if (b == a) continue;
      const std::vector<double> third = chances({places[a], places[b]});
      for (std::size_t c = 0; c < 4; ++c) {
        const double chance = first[a] * second[b] * third[c];
        EXPECT_NEAR(count[std::vector<double>({places[a], places[b], places[c]})], kTrials * chance,
                    5 * std::sqrt(kTrials * chance) + 1e-9)
            << places[a] << " " << places[b] << " " << places[c];
      }
    }
  }
}

TEST(Seeding, ChoosesInProportionToSquaredDistance) {
  expect_chances({});
}

TEST(Seeding, ChoosesInProportionToWeightTimesSquaredDistance) {
  expect_chances({50, 20, 3, 1});
}

/// Where many accounts stand in one place, a heavy one among them wins for all and is chosen once: then the place is
/// taken.
TEST(Seeding, TakesAHeavyAccountAmongItsEqualsOnce) {
  constexpr int kTrials = 400;
  GridAccounts accounts;
  for (int i = 0; i < 300; ++i) accounts.add(std::vector<double>{i < 200 ? 1.0 : i < 299 ? 2.0 : 5.0});
  accounts.weights.assign(300, 1);
  accounts.weights[77] = 4096;
  int heavy_place_first = 0;
  for (std::uint64_t seed = 0; seed < kTrials; ++seed) {
    const std::vector<double> chosen = seeds(accounts, 5, seed, 0);
    ASSERT_EQ(chosen, serial_seeds(accounts, 5, seed, 0));
    EXPECT_EQ(std::set(chosen.begin(), chosen.end()), (std::set{1.0, 2.0, 5.0}));
    EXPECT_EQ(chosen.size(), 3U);
    heavy_place_first += chosen.front() == 1.0 ? 1 : 0;
  }
  const double others = kTrials * 100.0 / (4295.0 + 100.0);
  EXPECT_NEAR(kTrials - heavy_place_first, others, 5 * std::sqrt(others));
}

}  // namespace
}  // namespace tessera
