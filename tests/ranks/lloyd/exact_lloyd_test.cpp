#include "lloyd/exact_lloyd.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "grid_accounts.hpp"
#include "lloyd/kernel.hpp"
#include "ranks_test.hpp"
#include "serial_lloyd.hpp"
#include "tessera/errors.hpp"

namespace tessera::lloyd {
namespace {

using test::GridAccounts;
using test::Layout;
using test::SerialLloyd;

Fixpoint run(const GridAccounts& accounts, const std::vector<double>& centroids, const LloydOptions& options,
             Layout layout = Layout::kEven, int threads = 1, const IterationReport& report = {}) {
  Journal journal(false);
  const Context context{test::world(), journal, threads};
  const test::Share share = share_of(accounts, test::world(), layout);
  const Population population = centred_population(context, share.tiles, share.keys, share.weights);
  return iterate(context, population, centroids, options, report);
}

/// Runs the engine for 1, 2, 3 … updates, and compares each with the reference, which goes on from step to step.
void compare_every_iteration(const GridAccounts& accounts, const std::vector<double>& centroids) {
  SerialLloyd serial(accounts, centroids);
  for (int updates = 1; updates < 200; ++updates) {
    SCOPED_TRACE(updates);
    const bool moved = serial.step();
    const Fixpoint answer = run(accounts, centroids, {updates, 0.0});
    ASSERT_EQ(answer.iterations, serial.iterations);
    ASSERT_EQ(answer.centroids, serial.centroids);
    ASSERT_NEAR(answer.inertia_by_iteration.back(), serial.inertia, 1e-12 * serial.inertia);
    ASSERT_EQ(answer.inertia_by_iteration.back(), inertia_value(answer.inertia));
    if (!moved) return;
  }
  FAIL() << "the reference did not end";
}

TEST(ExactLloyd, CentresThePopulationOnItsMeanAccount) {
  const GridAccounts accounts = test::blobs(333, {{1.0, -2.0, 7.9}, {3.0, -4.0, 7.8}}, 0.01, 8);
  const test::Share share = share_of(accounts, test::world(), Layout::kLopsided);
  Journal journal(false);
  const Population population = centred_population({test::world(), journal, 2}, share.tiles, share.keys);
  EXPECT_EQ(population.n_global, 333U);
  Wide squares = 0;
  for (int f = 0; f < 3; ++f) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < 333; ++i) sum += grid_units(accounts.at(i, f));
    const std::int64_t origin = population.origin[static_cast<std::size_t>(f)];
    EXPECT_LE(std::abs(2 * (sum - 333 * origin)), 333);
    for (std::size_t i = 0; i < 333; ++i)
      squares += Wide{grid_units(accounts.at(i, f)) - origin} * (grid_units(accounts.at(i, f)) - origin);
  }
  EXPECT_TRUE(population.squares == squares);
}

TEST(ExactLloyd, FollowsTheSerialReferenceOnOverlappingClusters) {
  const GridAccounts accounts =
      test::blobs(900, {{0, 0, 0, 0, 0}, {1, 1, 0, 0, 1}, {-1, 2, 0, 1, 0}, {0, 0, 2, 2, 2}}, 0.9, 4);
  compare_every_iteration(accounts, test::some_accounts(accounts, 7, 1));
}

TEST(ExactLloyd, FollowsTheSerialReferenceOnTightClustersFarApart) {
  std::vector<std::vector<double>> centres;
  for (int c = 0; c < 8; ++c) {
    centres.emplace_back();
    for (int f = 0; f < 16; ++f) centres.back().push_back((c * 5 + f * (c + 3)) % 7 < 3 ? -3.0 : 3.0);
  }
  const GridAccounts accounts = test::blobs(800, centres, 0.01, 6);
  for (const std::uint64_t seed : {1U, 2U, 3U})
    compare_every_iteration(accounts, test::some_accounts(accounts, 8, seed));
}

TEST(ExactLloyd, FollowsTheSerialReferenceOnUncentredYears) {
  std::mt19937_64 engine(5);
  GridAccounts accounts;
  for (int i = 0; i < 700; ++i) {
    const double year = 1990 + static_cast<double>(engine() % 30), founded = year - static_cast<double>(engine() % 12);
    accounts.add(std::vector<double>{year / 256, founded / 256, (2000 + test::bell(engine)) / 256});
  }
  compare_every_iteration(accounts, test::some_accounts(accounts, 6, 2));
}

TEST(ExactLloyd, FollowsTheSerialReferenceAtAGreatCommonOffset) {
  const GridAccounts accounts = test::blobs(700, {{7.5, -7.5, 7.5, 7.5}, {7.5, -7.499, 7.5, 7.501}}, 0.0005, 12);
  compare_every_iteration(accounts, test::some_accounts(accounts, 5, 3));
}

/// Five centroids or so share a cluster, where distances differ by less than float tells this far from the mean
/// account.
TEST(ExactLloyd, FollowsTheSerialReferenceBelowTheResolutionOfFloat) {
  const GridAccounts accounts =
      test::blobs(900, {std::vector<double>(16, 3.0), std::vector<double>(16, -3.0)}, 0.01, 7);
  compare_every_iteration(accounts, test::some_accounts(accounts, 10, 9));
}

TEST(ExactLloyd, FollowsTheSerialReferenceWithWeights) {
  const GridAccounts overlapping = test::weighted(
      test::blobs(900, {{0, 0, 0, 0, 0}, {1, 1, 0, 0, 1}, {-1, 2, 0, 1, 0}, {0, 0, 2, 2, 2}}, 0.9, 4), 5);
  compare_every_iteration(overlapping, test::some_accounts(overlapping, 7, 1));
  const GridAccounts far_off =
      test::weighted(test::blobs(700, {{7.5, -7.5, 7.5, 7.5}, {7.5, -7.499, 7.5, 7.501}}, 0.0005, 12), 6);
  compare_every_iteration(far_off, test::some_accounts(far_off, 5, 3));
  GridAccounts ends;  // the largest sums that so many accounts can give
  for (int i = 0; i < 400; ++i) ends.add(std::vector<double>{i % 2 == 0 ? 8.0 : -8.0, i % 4 < 2 ? 8.0 : -8.0, 8.0});
  ends.weights.assign(400, 4096);
  compare_every_iteration(ends, {1, 1, 1, -1, -1, 1, 1, -1, 1, -1, 1, 1});
}

/// Far accounts are taken by their distance alone: heavy ones, in the middle, are not.
TEST(ExactLloyd, FillsEmptyClustersWhateverTheAccountsWeigh) {
  GridAccounts accounts = test::weighted(test::blobs(200, {{0, 0}, {2, 0}, {0, 2}}, 0.2, 3), 2);
  accounts.add(std::vector<double>{-4, 0});
  accounts.add(std::vector<double>{4, 0});
  accounts.weights.push_back(1);
  accounts.weights.push_back(3);
  compare_every_iteration(accounts, {0, 0, 7, 7, 2, 0, 7.5, -7, 7.5, -7});
}

TEST(ExactLloyd, WeighsAnAccountAsSoManyEqualOnes) {
  const GridAccounts accounts =
      test::weighted(test::blobs(150, {{0, 0, 0}, {2, 1, 0}, {-1, 2, 3}, {3, -3, 1}}, 0.8, 9), 10);
  const GridAccounts repeated = test::repeated_by_weight(accounts);
  ASSERT_GT(repeated.n(), 20000U);
  Journal journal(false);
  const Context context{test::world(), journal, 2};
  for (const Layout layout : {Layout::kEven, Layout::kLopsided}) {
    const test::Share light = share_of(accounts, test::world(), layout),
                      full = share_of(repeated, test::world(), layout);
    const Population weighing = centred_population(context, light.tiles, light.keys, light.weights);
    const Population counting = centred_population(context, full.tiles, full.keys);
    EXPECT_EQ(weighing.origin, counting.origin);
    EXPECT_TRUE(weighing.squares == counting.squares);
    EXPECT_EQ(weighing.n_global, 150U);
    for (const int k : {2, 6, 11}) {
      const std::vector<double> centroids = test::some_accounts(accounts, k, 3);
      const Fixpoint weighed = iterate(context, weighing, centroids, {300, 0.0}, {});
      const Fixpoint counted = iterate(context, counting, centroids, {300, 0.0}, {});
      EXPECT_GE(counted.iterations, 2);
      EXPECT_EQ(weighed.centroids, counted.centroids);
      EXPECT_EQ(weighed.inertia_by_iteration, counted.inertia_by_iteration);
      EXPECT_TRUE(weighed.inertia == counted.inertia);
    }
  }
}

/// A population that is too heavy cannot be held in a test: that bound is tried by itself.
TEST(ExactLloyd, RefusesWeightsThatItCannotSumExactly) {
  EXPECT_EQ(most_weight(1), std::int64_t{1} << 39);
  EXPECT_EQ(most_weight(256), std::int64_t{1} << 39);
  EXPECT_EQ(most_weight(1024), std::int64_t{1} << 37);
  check_weight(std::int64_t{1} << 37, 1024);
  EXPECT_THROW(check_weight((std::int64_t{1} << 37) + 1, 1024), Error);

  const GridAccounts accounts = test::blobs(30, {{0, 0}}, 1.0, 3);
  Journal journal(false);
  const Context context{test::world(), journal, 1};
  const auto message_of = [&](const test::Share& share, std::span<const std::uint16_t> weights) {
    try {
      (void)centred_population(context, share.tiles, share.keys, weights);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kInternal);
      EXPECT_TRUE(error.everywhere());
      return std::string(error.what());
    }
    return std::string();
  };
  const test::Share share = share_of(accounts, test::world(), Layout::kEven);
  const bool last = test::world().rank() == test::world().size() - 1;
  for (const int wrong : {0, 4097}) {
    std::vector<std::uint16_t> weights(share.keys.size(), 4096);
    if (last) weights.back() = static_cast<std::uint16_t>(wrong);
    EXPECT_NE(message_of(share, weights).find(fmt::format("is {}; expected 1 to 4096", wrong)), std::string::npos);
  }
  const std::vector<std::uint16_t> too_many(share.keys.size() + (last ? 1 : 0), 1);
  EXPECT_NE(message_of(share, too_many).find("weights for"), std::string::npos);
  EXPECT_EQ(message_of(share, std::vector<std::uint16_t>(share.keys.size(), 4096)), "");
}

TEST(ExactLloyd, FillsEmptyClustersWithTheFarthestAccounts) {
  GridAccounts accounts = test::blobs(200, {{0, 0}, {2, 0}, {0, 2}}, 0.2, 3);
  accounts.add(std::vector<double>{-4, 0});
  accounts.add(std::vector<double>{4, 0});  // as far from its mean as it is, or nearer: the reference knows
  // Three centroids lie where no account is nearest, two of them equal.
  const std::vector<double> centroids{0, 0, 7, 7, 2, 0, 7.5, -7, 7.5, -7};
  compare_every_iteration(accounts, centroids);
}

TEST(ExactLloyd, TakesTheLowerKeyOfTwoAccountsEquallyFar) {
  GridAccounts accounts;
  for (const double x : {-1.0, 1.0, 0.0, 0.0}) accounts.add(std::vector<double>{x});
  std::swap(accounts.keys[0], accounts.keys[1]);  // now the account at +1 has the lower key
  const Fixpoint answer = run(accounts, {0, 7}, {1, 0.0});
  ASSERT_EQ(answer.k, 2);
  EXPECT_EQ(answer.centroids[1], 1.0);
}

TEST(ExactLloyd, FallsToTheNumberOfDistinctAccounts) {
  GridAccounts accounts;
  for (int i = 0; i < 50; ++i) accounts.add(std::vector<double>{i % 3 * 1.5, 0.25});
  for (const Layout layout : {Layout::kAllOnRoot, Layout::kEven, Layout::kLopsided}) {
    const Fixpoint answer = run(accounts, {0, 0, 1, 0, 1, 0, 3, 3, 3, 3, -5, -5}, {100, 0.0}, layout);
    EXPECT_EQ(answer.k, 3);
    EXPECT_EQ(answer.centroids.size(), 6U);
    EXPECT_TRUE(answer.inertia == 0);
  }
}

TEST(ExactLloyd, GivesTheSameBitsOnAnyLayoutThreadsAndTarget) {
  const GridAccounts plain =
      test::blobs(1500, {{0, 0, 0}, {1, 1, 0}, {-1, 2, 0}, {0, 0, 2}, {7, 7, 7}, {-7, 7, 7}}, 0.5, 14);
  const std::vector<double> centroids = test::some_accounts(plain, 11, 5);
  for (const GridAccounts& accounts : {plain, test::weighted(plain, 15)}) {
    use_simd_target(simd_targets().back());
    const Fixpoint expected = run(accounts, centroids, {12, 0.0}, Layout::kAllOnRoot);
    for (const std::string& target : simd_targets()) {
      use_simd_target(target);
      for (const Layout layout : {Layout::kEven, Layout::kLopsided}) {
        for (const int threads : {1, 2}) {
          const Fixpoint answer = run(accounts, centroids, {12, 0.0}, layout, threads);
          EXPECT_EQ(answer.centroids, expected.centroids) << target;
          EXPECT_EQ(answer.inertia_by_iteration, expected.inertia_by_iteration);
          EXPECT_TRUE(answer.inertia == expected.inertia);
        }
      }
    }
  }
}

void compare_with_bounds(const GridAccounts& accounts) {
  const std::vector<double> centroids = test::some_accounts(accounts, 24, 5);
  const Fixpoint expected = run(accounts, centroids, {300, 0.0}, Layout::kAllOnRoot);
  ASSERT_GT(expected.iterations, 20);
  for (const Layout layout : {Layout::kEven, Layout::kLopsided}) {
    const Fixpoint answer = run(accounts, centroids, {300, 0.0}, layout, 2);
    EXPECT_EQ(answer.centroids, expected.centroids);
    EXPECT_EQ(answer.inertia_by_iteration, expected.inertia_by_iteration);
  }
  SerialLloyd serial(accounts, centroids);
  while (serial.iterations < 40 && serial.step()) {
  }
  EXPECT_EQ(run(accounts, centroids, {serial.iterations, 0.0}, Layout::kEven).centroids, serial.centroids);
}

/// Long enough for the bounds to be switched on, and with enough accounts for most tiles to be skipped.
TEST(ExactLloyd, GivesTheSameBitsWithBoundsOnAnyLayout) {
  const GridAccounts plain = test::blobs(
      20000, {{0, 0, 0, 0}, {2, 2, 0, 1}, {-2, 2, 0, -1}, {0, 0, 3, 0}, {3, -3, 3, 2}, {-3, 3, 3, -2}}, 0.6, 16);
  for (const GridAccounts& accounts : {plain, test::weighted(plain, 17)}) compare_with_bounds(accounts);
}

/// Many clusters in few dimensions: each rank goes by neighbourhoods where its own accounts say that they pay.
TEST(ExactLloyd, GivesTheSameBitsWithManyClustersOnAnyLayout) {
  const GridAccounts plain = test::blobs(
      6000, {{0, 0, 0}, {2, 2, 0}, {-2, 2, 0}, {0, 0, 3}, {3, -3, 3}, {-3, 3, 3}, {5, 5, -5}, {-5, 1, 4}}, 0.8, 16);
  for (const GridAccounts& accounts : {plain, test::weighted(plain, 18)}) {
    const std::vector<double> centroids = test::some_accounts(accounts, 160, 5);
    SerialLloyd serial(accounts, centroids);
    while (serial.iterations < 25 && serial.step()) {
    }
    for (const Layout layout : {Layout::kEven, Layout::kLopsided, Layout::kAllOnRoot}) {
      const Fixpoint answer = run(accounts, centroids, {serial.iterations, 0.0}, layout, 2);
      EXPECT_EQ(answer.centroids, serial.centroids);
      EXPECT_NEAR(answer.inertia_by_iteration.back(), serial.inertia, 1e-12 * serial.inertia);
    }
  }
}

TEST(ExactLloyd, TakesFewerAccountsThanRanks) {
  GridAccounts one;
  one.add(std::vector<double>{1.25, -7.5});
  const Fixpoint answer = run(one, {0, 0}, {300, 0.0});
  EXPECT_EQ(answer.k, 1);
  EXPECT_EQ(answer.centroids, (std::vector<double>{1.25, -7.5}));
  EXPECT_EQ(answer.iterations, 1);
}

TEST(ExactLloyd, MakesAsManyUpdatesAsAskedFor) {
  const GridAccounts accounts = test::blobs(3000, {{0, 0, 0}}, 1.0, 15);
  EXPECT_EQ(run(accounts, test::some_accounts(accounts, 20, 6), {20, 0.0}).iterations, 20);
  const Fixpoint loose = run(accounts, test::some_accounts(accounts, 20, 6), {20, 0.05});
  ASSERT_LT(loose.iterations, 20);
  const std::vector<double>& inertia = loose.inertia_by_iteration;
  ASSERT_GE(inertia.size(), 2U);
  EXPECT_LE(1 - inertia.back() / inertia[inertia.size() - 2], 0.05);
  for (std::size_t i = 1; i + 1 < inertia.size(); ++i) EXPECT_GT(1 - inertia[i] / inertia[i - 1], 0.05);
}

TEST(ExactLloyd, StopsOnAllRanksWhereOneWishesTo) {
  const GridAccounts accounts = test::blobs(3000, {{0, 0, 0}}, 1.0, 15);
  const int last = test::world().size() - 1;
  const auto wish = [&](int iteration, double) { return iteration == 3 && test::world().rank() == last; };
  const Fixpoint answer = run(accounts, test::some_accounts(accounts, 20, 6), {300, 0.0}, Layout::kEven, 1, wish);
  EXPECT_TRUE(answer.stopped);
  EXPECT_EQ(answer.iterations, 4);
}

}  // namespace
}  // namespace tessera::lloyd
