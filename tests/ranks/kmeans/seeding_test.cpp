#include "kmeans/seeding.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "../lloyd/grid_accounts.hpp"
#include "core/random.hpp"
#include "ranks_test.hpp"

namespace tessera {
namespace {

using test::GridAccounts;
using test::Layout;

std::vector<double> seeds(const GridAccounts& accounts, int k, std::uint64_t seed, int start,
                          Layout layout = Layout::kEven, int threads = 1) {
  Journal journal(false);
  const Context context{test::world(), journal, threads};
  const test::Share share = share_of(accounts, test::world(), layout);
  const lloyd::Population population = lloyd::centred_population(context, share.tiles, share.keys);
  return seed_centroids(context, population, k, seed, start);
}

/// The race run plainly: every account draws, whatever its chances.
std::vector<double> serial_seeds(const GridAccounts& accounts, int k, std::uint64_t seed, int start) {
  std::vector<float> squared(accounts.n(), INFINITY);
  std::vector<double> centroids;
  for (int centre = 0; centre < k; ++centre) {
    const auto number =
        static_cast<std::uint64_t>(start) << (centre == 0 ? 0 : 32) | static_cast<std::uint64_t>(centre);
    const auto purpose = centre == 0 ? RandomPurpose::kSeedFirst : RandomPurpose::kSeedNext;
    std::size_t winner = 0;
    double best = INFINITY;
    for (std::size_t i = 0; i < accounts.n(); ++i) {
      const std::uint64_t bits = random_bits(seed, purpose, accounts.keys[i], number);
      const double time = centre == 0 ? uniform(bits) : exponential(bits) / squared[i];
      if (time < best) best = time, winner = i;
    }
    for (int f = 0; f < accounts.d; ++f) centroids.push_back(accounts.at(winner, f));
    for (std::size_t i = 0; i < accounts.n(); ++i) {
      float sum = 0.0F;
      for (int f = 0; f < accounts.d; ++f) {
        const float difference = accounts.at(i, f) - accounts.at(winner, f);
        sum = std::fma(difference, difference, sum);
      }
      squared[i] = std::min(squared[i], sum);
    }
  }
  return centroids;
}

TEST(Seeding, RunsTheRaceOfASerialReferenceOnAnyLayoutAndThreads) {
  const GridAccounts accounts = test::blobs(700, {{0, 0, 0}, {3, 1, 0}, {-3, 2, 5}}, 0.7, 2);
  for (const int start : {0, 1, 7}) {
    const std::vector<double> expected = serial_seeds(accounts, 12, 99, start);
    EXPECT_EQ(seeds(accounts, 12, 99, start, Layout::kAllOnRoot), expected);
    EXPECT_EQ(seeds(accounts, 12, 99, start, Layout::kEven, 2), expected);
    EXPECT_EQ(seeds(accounts, 12, 99, start, Layout::kLopsided), expected);
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

/// From an account at 0, those at 1, 2 and 3 come next with chances 1 : 4 : 9. 4000 trials: 5 standard deviations.
TEST(Seeding, ChoosesInProportionToSquaredDistance) {
  GridAccounts accounts;
  for (const double x : {0.0, 1.0, 2.0, 3.0}) accounts.add(std::vector<double>{x});
  std::vector<int> first(4), second(4);
  int trials = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const std::vector<double> chosen = serial_seeds(accounts, 2, seed, 0);
    if (seed < 50) {
      ASSERT_EQ(seeds(accounts, 2, seed, 0), chosen);
    }
    ++first[static_cast<std::size_t>(chosen[0])];
    if (chosen[0] != 0.0) continue;
    ++trials;
    ++second[static_cast<std::size_t>(chosen[1])];
  }
  for (const int count : first) EXPECT_NEAR(count, 1000, 5 * 28);
  for (std::size_t x = 1; x < 4; ++x) {
    const double chance = static_cast<double>(x * x) / 14;
    EXPECT_NEAR(second[x], trials * chance, 5 * std::sqrt(trials * chance * (1 - chance)));
  }
}

}  // namespace
}  // namespace tessera
