#include "tessera/kmeans.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "../lloyd/grid_accounts.hpp"
#include "../lloyd/serial_lloyd.hpp"
#include "lloyd/kernel.hpp"
#include "ranks_test.hpp"
#include "serial_seeds.hpp"

namespace tessera {
namespace {

using test::GridAccounts;
using test::Layout;

struct Ran {
  Clustering clustering;  ///< nearest and next_best of all ranks, end to end
  std::vector<std::string> warnings;
};

Ran run(const GridAccounts& accounts, KmeansOptions options, Layout layout = Layout::kEven, int threads = 1,
        const KmeansProgress& progress = {}) {
  Journal journal(false);
  const test::Share share = share_of(accounts, test::world(), layout);
  options.weights = share.weights;
  Ran ran{kmeans({test::world(), journal, threads}, share.tiles, share.keys, options, progress), journal.warnings()};
  EXPECT_EQ(ran.clustering.nearest.size(), share.keys.size());
  for (std::vector<std::int32_t>* column : {&ran.clustering.nearest, &ran.clustering.next_best})
    *column = test::world().all_gather_varied(std::span<const std::int32_t>(*column));
  return ran;
}

void expect_same(const Clustering& a, const Clustering& b) {
  EXPECT_EQ(a.k, b.k);
  EXPECT_EQ(a.d, b.d);
  EXPECT_EQ(a.origin, b.origin);
  EXPECT_EQ(a.centroids, b.centroids);
  EXPECT_EQ(a.accounts, b.accounts);
  EXPECT_EQ(a.nearest, b.nearest);
  EXPECT_EQ(a.next_best, b.next_best);
  EXPECT_EQ(a.iterations, b.iterations);
  EXPECT_EQ(a.winning_start, b.winning_start);
  EXPECT_EQ(a.inertia_by_iteration, b.inertia_by_iteration);
}

const GridAccounts& overlapping() {
  static const GridAccounts accounts =
      test::blobs(1100, {{0, 0, 0, 0}, {1.5, 1, 0, 2}, {-2, 2, 1, 0}, {0, -1, 2, 1}, {3, 3, 3, 3}}, 0.8, 21);
  return accounts;
}

TEST(Kmeans, GivesTheSameBitsOnAnyLayoutThreadsAndTarget) {
  const KmeansOptions options{.k = 9, .starts = 3, .max_iterations = 8, .seed = 77, .initial = {}};
  lloyd::use_simd_target(lloyd::simd_targets().back());
  const Ran expected = run(overlapping(), options, Layout::kAllOnRoot);
  EXPECT_EQ(expected.clustering.k, 9);
  for (const std::string& target : lloyd::simd_targets()) {
    lloyd::use_simd_target(target);
    expect_same(run(overlapping(), options, Layout::kEven).clustering, expected.clustering);
    expect_same(run(overlapping(), options, Layout::kLopsided, 2).clustering, expected.clustering);
  }
}

TEST(Kmeans, GivesTheSameBitsWithWeightsAndSwapsOnAnyLayoutAndThreads) {
  const GridAccounts accounts = test::weighted(overlapping(), 4);
  const KmeansOptions options{.k = 9, .starts = 2, .max_iterations = 8, .seed = 7, .swaps = true, .initial = {}};
  const Clustering expected = run(accounts, options, Layout::kAllOnRoot).clustering;
  EXPECT_EQ(expected.k, 9);
  EXPECT_NE(expected.centroids, run(overlapping(), options, Layout::kAllOnRoot).clustering.centroids);
  expect_same(run(accounts, options, Layout::kEven).clustering, expected);
  expect_same(run(accounts, options, Layout::kLopsided, 2).clustering, expected);
}

/// The whole of a start done again in one process: no rank knows of another.
TEST(Kmeans, IsOneSerialProcessAtAnyNumberOfRanks) {
  constexpr int kK = 8;
  const GridAccounts plain =
      test::blobs(800, {{0, 0, 0, 0}, {1.5, 1, 0, 2}, {-2, 2, 1, 0}, {0, -1, 2, 1}, {3, 3, 3, 3}}, 0.8, 21);
  for (const GridAccounts& accounts : {plain, test::weighted(plain, 6)}) {
    const Clustering answer = run(accounts, {.k = kK, .starts = 1, .seed = 5, .initial = {}}).clustering;
    test::SerialLloyd serial(accounts, test::serial_seeds(accounts, kK, 5, 0));
    while (serial.step()) {
    }
    EXPECT_EQ(answer.iterations, serial.iterations);
    EXPECT_EQ(answer.centroids, serial.centroids);
    EXPECT_EQ(answer.nearest, serial.assignment);
  }
}

TEST(Kmeans, WeighsAnAccountAsSoManyEqualOnes) {
  const GridAccounts accounts =
      test::weighted(test::blobs(120, {{0, 0, 0}, {2, 1, 0}, {-1, 2, 3}, {3, -3, 1}}, 0.8, 9), 10);
  const GridAccounts repeated = test::repeated_by_weight(accounts);
  const KmeansOptions options{.k = 7, .seed = 1, .initial = test::some_accounts(accounts, 7, 2)};
  const Clustering weighed = run(accounts, options).clustering, counted = run(repeated, options).clustering;
  EXPECT_EQ(weighed.origin, counted.origin);
  EXPECT_EQ(weighed.centroids, counted.centroids);
  EXPECT_EQ(weighed.inertia_by_iteration, counted.inertia_by_iteration);
  std::size_t copy = 0;
  for (std::size_t i = 0; i < accounts.n(); ++i)
    for (int w = 0; w < accounts.weight(i); ++w, ++copy) {
      ASSERT_EQ(counted.nearest[copy], weighed.nearest[i]);
      ASSERT_EQ(counted.next_best[copy], weighed.next_best[i]);
    }
  std::vector<std::int64_t> accounts_of(7);
  for (const std::int32_t cluster : weighed.nearest) ++accounts_of[static_cast<std::size_t>(cluster)];
  EXPECT_EQ(weighed.accounts, accounts_of);
}

TEST(Kmeans, LastPassIsTheNearestAndTheNextOfTheStoredCentroids) {
  const Clustering answer = run(overlapping(), {.k = 6, .starts = 2, .seed = 5, .initial = {}}).clustering;
  const test::SerialLloyd reference(overlapping(), answer.centroids);
  std::vector<std::int64_t> counts(6);
  for (std::size_t i = 0; i < overlapping().n(); ++i) {
    const int nearest = reference.nearest(i);
    ASSERT_EQ(answer.nearest[i], nearest);
    ++counts[static_cast<std::size_t>(nearest)];
    for (int j = 0; j < 6; ++j) {
      if (j == nearest || j == answer.next_best[i]) continue;
      ASSERT_LE(reference.squared(i, answer.next_best[i]), reference.squared(i, j));
    }
    ASSERT_NE(answer.next_best[i], nearest);
  }
  EXPECT_EQ(answer.accounts, counts);
}

TEST(Kmeans, EndsAtAFixpointOfTheSerialReference) {
  const Clustering answer = run(overlapping(), {.k = 6, .starts = 1, .seed = 5, .initial = {}}).clustering;
  test::SerialLloyd reference(overlapping(), answer.centroids);
  ASSERT_TRUE(reference.step());
  EXPECT_EQ(reference.centroids, answer.centroids);
  EXPECT_NEAR(reference.inertia, answer.inertia_by_iteration.back(), 1e-12 * reference.inertia);
  EXPECT_EQ(answer.inertia_by_iteration.size(), static_cast<std::size_t>(answer.iterations));
}

TEST(Kmeans, KeepsTheBestOfItsStarts) {
  std::set<std::pair<int, int>> seen;  // start and iteration, in the order of the run
  std::map<int, double> last;
  const auto watch = [&](int start, int iteration, double inertia) {
    EXPECT_TRUE(seen.emplace(start, iteration).second);
    last[start] = inertia;
    return false;
  };
  const Clustering answer =
      run(overlapping(), {.k = 9, .starts = 6, .seed = 3, .initial = {}}, Layout::kEven, 1, watch).clustering;
  ASSERT_EQ(last.size(), 6U);
  EXPECT_GT(std::set<double>({last[0], last[1], last[2], last[3], last[4], last[5]}).size(), 1U);
  for (const auto& [start, inertia] : last) {
    EXPECT_LE(last[answer.winning_start], inertia);
    if (start < answer.winning_start) {
      EXPECT_LT(last[answer.winning_start], inertia);
    }
  }
  EXPECT_EQ(answer.inertia_by_iteration.back(), last[answer.winning_start]);
}

TEST(Kmeans, MakesTwentyUpdatesFromGivenCentroids) {
  const GridAccounts accounts = test::blobs(3000, {{0, 0, 0}}, 1.0, 15);
  const KmeansOptions options{
      .k = 20, .starts = 5, .max_iterations = 20, .seed = 1, .initial = test::some_accounts(accounts, 20, 6)};
  int calls = 0;
  const auto count = [&](int start, int, double) {
    EXPECT_EQ(start, 0);
    ++calls;
    return false;
  };
  const Clustering answer = run(accounts, options, Layout::kEven, 1, count).clustering;
  EXPECT_EQ(answer.iterations, 20);
  EXPECT_EQ(calls, 20);
  test::SerialLloyd reference(accounts, options.initial);
  for (int update = 0; update < 20; ++update) ASSERT_TRUE(reference.step());
  EXPECT_EQ(answer.centroids, reference.centroids);
  for (std::size_t i = 0; i < accounts.n(); ++i) ASSERT_EQ(answer.nearest[i], reference.nearest(i));
}

TEST(Kmeans, FallsToTheNumberOfDistinctAccountsWithAWarning) {
  GridAccounts accounts;
  for (int i = 0; i < 60; ++i) accounts.add(std::vector<double>{i % 4 * 1.0, i % 2 * 0.5});
  for (const Layout layout : {Layout::kAllOnRoot, Layout::kEven, Layout::kLopsided}) {
    const Ran ran = run(accounts, {.k = 7, .starts = 2, .seed = 1, .initial = {}}, layout);
    EXPECT_EQ(ran.clustering.k, 4);
    EXPECT_EQ(ran.clustering.accounts, std::vector<std::int64_t>(4, 15));
    EXPECT_EQ(ran.clustering.inertia_by_iteration.back(), 0.0);
    ASSERT_EQ(ran.warnings.size(), 1U);
    EXPECT_NE(ran.warnings[0].find("from 7 to 4"), std::string::npos) << ran.warnings[0];
  }
}

TEST(Kmeans, LeavesNoCentroidWithoutAccounts) {
  // One update of centroids that all stand in one place: most get one far account each, and some are empty again after
  // it.
  const KmeansOptions options{.k = 30, .max_iterations = 1, .seed = 0, .initial = std::vector<double>(30 * 4, 0.5)};
  const Ran ran = run(overlapping(), options);
  EXPECT_EQ(ran.clustering.accounts.size(), static_cast<std::size_t>(ran.clustering.k));
  EXPECT_EQ(ran.clustering.centroids.size(), static_cast<std::size_t>(ran.clustering.k) * 4);
  std::int64_t all = 0;
  for (const std::int64_t accounts : ran.clustering.accounts) {
    EXPECT_GT(accounts, 0);
    all += accounts;
  }
  EXPECT_EQ(all, 1100);
  EXPECT_EQ(ran.warnings.empty(), ran.clustering.k == 30);
}

TEST(Kmeans, TakesOneAccountAndAllEqual) {
  GridAccounts one;
  one.add(std::vector<double>{7.9, -7.9});
  const Clustering single = run(one, {.k = 1, .seed = 4, .initial = {}}).clustering;
  EXPECT_EQ(single.centroids, (std::vector<double>{one.at(0, 0), one.at(0, 1)}));
  EXPECT_EQ(single.nearest, std::vector<std::int32_t>{0});
  EXPECT_EQ(single.next_best, std::vector<std::int32_t>{-1});

  GridAccounts equal;
  for (int i = 0; i < 130; ++i) equal.add(std::vector<double>{-3.25, 2.5, 0});
  const Clustering same = run(equal, {.k = 5, .seed = 4, .initial = {}}).clustering;
  EXPECT_EQ(same.k, 1);
  EXPECT_EQ(same.centroids, (std::vector<double>{-3.25, 2.5, 0}));
  EXPECT_EQ(same.accounts, std::vector<std::int64_t>{130});
}

/// Goes on from every stop until it has ended: stops at every `every`-th update, wished for by the last rank alone.
Clustering with_stops(const GridAccounts& accounts, const KmeansOptions& options, int every, int* stops) {
  KmeansState state;
  int updates = 0;
  const auto wish = [&](int, int, double) {
    return ++updates % every == 0 && test::world().rank() == test::world().size() - 1;
  };
  while (true) {
    Journal journal(false);
    const test::Share share = share_of(accounts, test::world(), *stops % 2 == 0 ? Layout::kEven : Layout::kAllOnRoot);
    Clustering answer = kmeans({test::world(), journal, 1}, share.tiles, share.keys, options, wish, &state);
    if (!answer.stopped) {
      for (std::vector<std::int32_t>* column : {&answer.nearest, &answer.next_best})
        *column = test::world().all_gather_varied(std::span<const std::int32_t>(*column));
      return answer;
    }
    if (++*stops == 10'000) {
      ADD_FAILURE() << "it does not get on between stops";
      return answer;
    }
  }
}

TEST(Kmeans, EndsWithTheSameBitsHoweverOftenItWasStopped) {
  for (const bool swaps : {false, true}) {
    const KmeansOptions options{.k = 9, .starts = 7, .max_iterations = 12, .seed = 3, .swaps = swaps, .initial = {}};
    const Clustering expected = run(overlapping(), options).clustering;
    for (const int every :
         swaps ? std::vector{5, 14} : std::vector{1, 3, 7}) {  // a swap's try is longer than 5 updates
      int stops = 0;
      const Clustering answer = with_stops(overlapping(), options, every, &stops);
      EXPECT_GT(stops, 0);
      expect_same(answer, expected);
    }
  }
}

TEST(Kmeans, OfOneThatHasEndedRepeatsTheAnswer) {
  const KmeansOptions options{.k = 9, .starts = 3, .seed = 3, .initial = {}};
  const test::Share share = share_of(overlapping(), test::world(), Layout::kEven);
  Journal journal(false);
  KmeansState state;
  const Clustering first = kmeans({test::world(), journal, 1}, share.tiles, share.keys, options, {}, &state);
  EXPECT_TRUE(state.has_ended);
  const auto never = [](int, int, double) {
    ADD_FAILURE() << "no update is left to make";
    return false;
  };
  const Clustering again = kmeans({test::world(), journal, 1}, share.tiles, share.keys, options, never, &state);
  expect_same(again, first);
}

}  // namespace
}  // namespace tessera
