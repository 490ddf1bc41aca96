// The criteria besides BIC: against plain loops over all accounts, and what they make of planted segments.
#include <gtest/gtest.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cmath>

#include "company.hpp"
#include "core/grid.hpp"
#include "ranks_test.hpp"
#include "refine/gathered_moments.hpp"
#include "refine/normality.hpp"

namespace tessera::test {
namespace {

using refinement::LeafTiles;
using refinement::Moments;
using refinement::TwoMeans;

/// A² of the projections on a line, by its formula, each account for itself.
double plain_anderson_darling(const Company& company, const std::vector<double>& direction) {
  std::vector<double> projected(company.n());
  double mean = 0.0;
  for (std::size_t i = 0; i < company.n(); ++i) {
    for (std::size_t f = 0; f < direction.size(); ++f)
      projected[i] += direction[f] * static_cast<double>(company.values[i * direction.size() + f]);
    mean += projected[i] / static_cast<double>(company.n());
  }
  double squares = 0.0;
  for (const double p : projected) squares += (p - mean) * (p - mean);
  const auto n = static_cast<double>(company.n());
  const double sd = std::sqrt(squares / (n - 1.0));
  std::ranges::sort(projected);
  const auto log_below = [&](double p) { return std::log(0.5 * std::erfc(-(p - mean) / sd / std::sqrt(2.0))); };
  double sum = 0.0;
  for (std::size_t i = 0; i < company.n(); ++i)
    sum += (2.0 * static_cast<double>(i) + 1.0) *
           (log_below(projected[i]) + log_below(2.0 * mean - projected[company.n() - 1 - i]));
  return (-n - sum / n) * (1.0 + 4.0 / n - 25.0 / (n * n));
}

/// What normality_gains() says of a company as one leaf whose halves lie on a line through 0.
double distributed_gain(const Company& company, const std::vector<double>& direction, const Deal& deal, int threads) {
  Journal journal(false);
  const Context context{world(), journal, threads};
  tbb::task_arena arena(threads);
  std::vector<std::size_t> mine;
  for (std::size_t i = 0; i < company.n(); ++i)
    if (deal(i, world().size()) == world().rank()) mine.push_back(i);
  FeatureTiles tiles(mine.size(), company.d);
  for (std::size_t at = 0; at < mine.size(); ++at)
    for (int f = 0; f < company.d; ++f)
      tiles.set(at, f, company.values[mine[at] * static_cast<std::size_t>(company.d) + static_cast<std::size_t>(f)]);
  const LeafTiles gathered(arena, tiles, std::vector<std::int32_t>(mine.size(), 0), std::vector<std::int32_t>{0}, 1);
  const std::vector<std::uint8_t> all(gathered.n_slots(), 1);
  const std::vector<const std::uint8_t*> chosen{all.data()};
  const std::vector<Moments> whole = refinement::moments_of(context, arena, gathered, chosen);
  std::vector<double> halves;
  for (const double sign : {-1.0, 1.0})
    for (const double step : direction) halves.push_back(sign * step);
  const std::vector<TwoMeans::Leaf> leaves{{&whole[0], company.core_centroids}};
  const std::vector<TwoMeans::Halving> halvings{{halves, {}}};
  return refinement::normality_gains(context, arena, gathered, leaves, halvings).front();
}

TEST(AndersonDarling, OfALeafIsThatOfItsProjectedAccounts) {
  const Company company = company_of({{0, 900, {-0.8, 0.3, 0.0}, 0.4}, {0, 300, {0.9, -0.2, 4.0}, 0.3}}, 1, 3);
  for (const std::vector<double>& direction :
       {std::vector<double>{1.7, -0.5, 0.0}, std::vector<double>{0.0, 1e-3, 0.0}, std::vector<double>{3.0, 2.0, 5.0}}) {
    const double expected = plain_anderson_darling(company, direction) - refinement::kCriticalNormality;
    const double gain = distributed_gain(company, direction, round_robin(), 2);
    EXPECT_NEAR(gain, expected, 0.02 + 0.002 * std::abs(expected));
    for (const Deal& deal : {all_on_the_first(), all_on_the_last()})
      EXPECT_EQ(distributed_gain(company, direction, deal, 1), gain);
  }
}

TEST(AndersonDarling, LeavesGaussiansWholeAndFindsWhatBicCannotTell) {
  const RefineSpec by_test{.min_accounts = 50, .max_micro = 20, .criterion = SplitCriterion::kAndersonDarling};
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    const Company whole = company_of({{0, 2000, {1.0, -1.0, 0.5}, 0.7}}, 1, seed);
    EXPECT_EQ(refine_company(whole, by_test, round_robin()).refinement.tree.n_micro, 1) << "seed " << seed;
    // Two parts side by side in one of eight features: too little of the squared distance for BIC.
    const Company parts =
        company_of({{0, 1500, {-1.0, 0, 0, 0, 0, 0, 0, 0}, 0.6}, {0, 1500, {1.0, 0, 0, 0, 0, 0, 0, 0}, 0.6}}, 1, seed);
    const Outcome found = refine_company(parts, by_test, round_robin());
    ASSERT_EQ(found.refinement.tree.n_micro, 2) << "seed " << seed;
    EXPECT_NEAR(static_cast<double>(found.refinement.accounts[0]), 1500.0, 150.0);
  }
}

TEST(Variance, TheBudgetGoesToTheSplitsThatExplainMost) {
  // Core 0 has few accounts far apart, core 1 many a little apart, core 2 nothing to explain.
  const Company company = company_of({{0, 100, {-3.0, 0.0}, 0.1},
                                      {0, 100, {3.0, 0.0}, 0.1},
                                      {1, 400, {-0.5, 3.0}, 0.1},
                                      {1, 400, {0.5, 3.0}, 0.1},
                                      {2, 400, {0.0, -3.0}, 0.01}},
                                     3, 5);
  const auto cores = [&](int budget) {
    return refine_company(company, {.min_accounts = 60, .max_micro = budget, .criterion = SplitCriterion::kVariance},
                          round_robin())
        .refinement.core_of_micro;
  };
  EXPECT_EQ(cores(3), (std::vector<std::int32_t>{0, 1, 2}));
  EXPECT_EQ(cores(4), (std::vector<std::int32_t>{0, 0, 1, 2}));     // 200 · 3² = 1800 explained
  EXPECT_EQ(cores(5), (std::vector<std::int32_t>{0, 0, 1, 1, 2}));  // 800 · 0.5² = 200
}

TEST(Criteria, GiveTheSameBitsWhereverTheAccountsLie) {
  for (const SplitCriterion criterion : {SplitCriterion::kVariance, SplitCriterion::kAndersonDarling}) {
    Company company = uneven_company(3000, 5, 3, 5, 21);
    for (std::size_t i = 0; i < company.n(); ++i) {
      company.is_customer.push_back(i % 3 == 0 ? 1 : 0);
      company.value.push_back(i % 7 == 0 ? std::nan("") : 0.1 * static_cast<double>(i % 101) - 1.0);
      if (i % 11 == 0) company.core[i] = -1;
    }
    const RefineSpec options{.min_accounts = 25,
                             .max_micro = 40,
                             .criterion = criterion,
                             .min_customers = 9,
                             .min_value = 60.5,
                             .outliers = 1.5};
    const Outcome serial = refine_company(company, options, all_on_the_first());
    EXPECT_GT(serial.refinement.tree.n_micro, 9);
    EXPECT_GT(std::ranges::count(serial.refinement.is_outliers, 1), 0);
    expect_same(serial, refine_company(company, options, round_robin(), 2));
    expect_same(serial, refine_company(company, options, all_on_the_last()));
    const Deal skewed = [](std::size_t i, int ranks) { return i % 10 == 0 ? static_cast<int>(i / 10) % ranks : 0; };
    expect_same(serial, refine_company(company, options, skewed, 2));
  }
}

TEST(Criteria, OneAccountAndEqualAccountsAreOneSegment) {
  for (const SplitCriterion criterion : {SplitCriterion::kVariance, SplitCriterion::kAndersonDarling}) {
    const RefineSpec options{.min_accounts = 1, .max_micro = 10, .criterion = criterion, .outliers = 3.0};
    EXPECT_EQ(refine_company(company_of(2, 1, {1.0F, -2.0F}, {0}), options, all_on_the_last()).refinement.accounts,
              std::vector<std::int64_t>{1});
    const Company equal = company_of(2, 1, std::vector<float>(600, 1.25F), std::vector<std::int32_t>(300));
    EXPECT_EQ(refine_company(equal, options, round_robin()).refinement.accounts, std::vector<std::int64_t>{300});
  }
}

}  // namespace
}  // namespace tessera::test
