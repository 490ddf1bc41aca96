#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "../lloyd/grid_accounts.hpp"
#include "../lloyd/serial_lloyd.hpp"
#include "core/random.hpp"
#include "kmeans/moves.hpp"
#include "kmeans/survey.hpp"
#include "lloyd/kernel.hpp"
#include "ranks_test.hpp"
#include "tessera/kmeans.hpp"

namespace tessera {
namespace {

using test::GridAccounts;
using test::Layout;

/// So many blobs that plain restarts miss some, and so many accounts that few swaps are tried.
const GridAccounts& many_blobs() {
  static const GridAccounts accounts = [] {
    std::vector<std::vector<double>> centres;
    centres.reserve(40);
    for (int i = 0; i < 40; ++i)
      centres.push_back(
          {i % 7 * 1.1 - 3, static_cast<int>(i / 7) * 1.1 - 3, i % 3 * 0.9, i % 5 * 0.3, i % 2 * 0.4, 0.0, 0.0, 0.0});
    return test::blobs(12000, centres, 0.1, 31);
  }();
  return accounts;
}

Clustering run(const GridAccounts& accounts, const KmeansOptions& options, Layout layout = Layout::kEven,
               int threads = 1, const KmeansProgress& progress = {}) {
  Journal journal(false);
  const test::Share share = share_of(accounts, test::world(), layout);
  Clustering answer = kmeans({test::world(), journal, threads}, share.tiles, share.keys, options, progress);
  answer.nearest = test::world().all_gather_varied(std::span<const std::int32_t>(answer.nearest));
  return answer;
}

TEST(Swaps, AreNeverWorseThanTheStartsAlone) {
  int gained = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    KmeansOptions options{.k = 40, .starts = 2, .seed = seed, .initial = {}};
    const Clustering plain = run(many_blobs(), options);
    options.swaps = true;
    const Clustering best = run(many_blobs(), options);
    const std::vector<double>& inertia = best.inertia_by_iteration;
    EXPECT_LE(inertia.back(), plain.inertia_by_iteration.back());
    EXPECT_TRUE(std::ranges::is_sorted(inertia, std::ranges::greater_equal{}) || inertia.size() == 1);
    EXPECT_EQ(inertia.size(), static_cast<std::size_t>(best.iterations));
    gained += inertia.back() < plain.inertia_by_iteration.back() ? 1 : 0;

    test::SerialLloyd reference(many_blobs(), best.centroids);
    ASSERT_TRUE(reference.step());
    EXPECT_NEAR(reference.inertia, inertia.back(), 1e-12 * reference.inertia);
    EXPECT_EQ(best.nearest, std::vector<std::int32_t>(reference.assignment.begin(), reference.assignment.end()));
  }
  EXPECT_GE(gained, 4);
}

TEST(Swaps, GiveTheSameBitsOnAnyLayoutThreadsAndTarget) {
  const KmeansOptions options{.k = 40, .starts = 1, .max_iterations = 4, .seed = 5, .swaps = true, .initial = {}};
  lloyd::use_simd_target(lloyd::simd_targets().back());
  const Clustering expected = run(many_blobs(), options, Layout::kAllOnRoot);
  for (const std::string& target : lloyd::simd_targets()) {
    lloyd::use_simd_target(target);
    for (const auto& [layout, threads] : {std::pair{Layout::kEven, 1}, std::pair{Layout::kLopsided, 3}}) {
      const Clustering answer = run(many_blobs(), options, layout, threads);
      EXPECT_EQ(answer.centroids, expected.centroids);
      EXPECT_EQ(answer.nearest, expected.nearest);
      EXPECT_EQ(answer.inertia_by_iteration, expected.inertia_by_iteration);
    }
  }
}

TEST(Swaps, StopWhereOneRankWishesTo) {
  int last_start = 0;
  const auto wish = [&](int start, int, double) {
    last_start = start;
    return start == 2 && test::world().rank() == test::world().size() - 1;
  };
  const KmeansOptions options{.k = 40, .starts = 1, .seed = 2, .swaps = true, .initial = {}};
  const Clustering answer = run(many_blobs(), options, Layout::kEven, 1, wish);
  EXPECT_TRUE(answer.stopped);
  EXPECT_LE(last_start, 3);
}

TEST(Swaps, LeaveAloneWhatCannotBeBetter) {
  GridAccounts few;
  for (int i = 0; i < 60; ++i) few.add(std::vector<double>{i % 4 * 1.0, i % 2 * 0.5});
  const Clustering answer = run(few, {.k = 7, .starts = 3, .seed = 1, .swaps = true, .initial = {}});
  EXPECT_EQ(answer.k, 4);
  EXPECT_EQ(answer.inertia_by_iteration.back(), 0.0);
  const Clustering one = run(many_blobs(), {.k = 1, .starts = 2, .seed = 1, .swaps = true, .initial = {}});
  EXPECT_EQ(one.iterations, 1);
}

TEST(Swaps, AreMoreWhereTheyCostLess) {
  const FeatureTiles tiles(0, 10);
  const auto effort = [&](std::uint64_t n) { return swap_effort({tiles, {}, n, {}, 0}, 10, 8); };
  EXPECT_EQ(effort(100).starts, 8);
  EXPECT_EQ(effort(10'000).starts, 1);
  EXPECT_GT(effort(100).patience, effort(100'000).patience);
  EXPECT_EQ(effort(1'000'000'000'000).patience, 26);
}

void compare_survey(const GridAccounts& accounts) {
  constexpr int kK = 12;
  constexpr std::size_t kSample = 30;
  const std::vector<double> centroids = test::some_accounts(accounts, kK, 4);
  const test::SerialLloyd reference(accounts, centroids);
  std::vector<double> loss(kK);
  std::vector<std::pair<double, std::size_t>> race;
  double inertia = 0.0;
  for (std::size_t i = 0; i < accounts.n(); ++i) {
    const int first = reference.nearest(i);
    double second = std::numeric_limits<double>::infinity();
    for (int j = 0; j < kK; ++j)
      if (j != first) second = std::min(second, reference.squared(i, j));
    const double squared = reference.squared(i, first);
    const int weight = accounts.weight(i);
    loss[static_cast<std::size_t>(first)] += weight * (second - squared);
    inertia += weight * squared;
    if (squared > 0.0)
      race.emplace_back(exponential(random_bits(9, RandomPurpose::kMove, accounts.keys[i], 3)) / (weight * squared), i);
  }
  std::vector<int> dispensable(kK);
  std::iota(dispensable.begin(), dispensable.end(), 0);
  std::ranges::sort(dispensable, {}, [&](int j) { return loss[static_cast<std::size_t>(j)]; });
  std::ranges::sort(race);

  for (const Layout layout : {Layout::kAllOnRoot, Layout::kEven, Layout::kLopsided}) {
    Journal journal(false);
    const Context context{test::world(), journal, 2};
    const test::Share share = share_of(accounts, test::world(), layout);
    const lloyd::Population population = lloyd::centred_population(context, share.tiles, share.keys, share.weights);
    const Survey found = survey(context, population, kK, centroids, inertia, kSample, 9, 3);
    EXPECT_EQ(found.dispensable, dispensable);
    ASSERT_EQ(found.far_accounts.size(), kSample);
    for (std::size_t s = 0; s < kSample; ++s)
      for (int f = 0; f < 3; ++f)
        ASSERT_EQ(found.far_accounts[s][static_cast<std::size_t>(f)], accounts.at(race[s].second, f));
  }
}

TEST(Survey, IsThatOfASerialReference) {
  const GridAccounts accounts = test::blobs(2500, {{0, 0, 1}, {3, 1, 0}, {-3, 2, 5}, {1, -4, 2}}, 0.6, 12);
  compare_survey(accounts);
  compare_survey(test::weighted(accounts, 2));
}

}  // namespace
}  // namespace tessera
