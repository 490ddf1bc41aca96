// Minimums of customers and value, accounts that take no part, roots in a space of their own, outliers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "company.hpp"
#include "core/exact_sum.hpp"
#include "core/grid.hpp"

namespace tessera::test {
namespace {

struct Totals {
  std::int64_t accounts = 0, customers = 0;
  ExactSum value;
};

std::vector<Totals> totals_of(const Company& company, const Outcome& outcome) {
  std::vector<Totals> totals(outcome.refinement.accounts.size());
  for (std::size_t i = 0; i < company.n(); ++i) {
    if (outcome.micro[i] < 0) continue;
    Totals& mine = totals[static_cast<std::size_t>(outcome.micro[i])];
    ++mine.accounts;
    mine.customers += company.is_customer[i];
    if (!std::isnan(company.value[i])) mine.value.add(company.value[i]);
  }
  return totals;
}

/// Customers and value lie unevenly over the segments; some values are unknown, some below 0.
Company company_with_worth() {
  Company company = uneven_company(4000, 3, 3, 8, 5);
  for (std::size_t i = 0; i < company.n(); ++i) {
    const double x = static_cast<double>(company.values[i * 3]);
    company.is_customer.push_back(x > 0.3 && i % 2 == 0 ? 1 : 0);
    company.value.push_back(i % 13 == 0 ? std::nan("") : 0.1 * x + (i % 5 == 0 ? -0.35 : 0.15));
  }
  return company;
}

TEST(Limits, NoMicroSegmentIsBelowAMinimumWhereItsCoreIsAbove) {
  const Company company = company_with_worth();
  int most = 0;
  for (const SplitCriterion criterion : {SplitCriterion::kBic, SplitCriterion::kVariance}) {
    for (const auto& [customers, value] : {std::pair{0, 0.0}, {40, 0.0}, {0, 12.5}, {40, 12.5}, {100'000, 0.0}}) {
      const RefineSpec options{
          .min_accounts = 30, .max_micro = 60, .criterion = criterion, .min_customers = customers, .min_value = value};
      const Outcome outcome = refine_company(company, options, round_robin());
      const std::vector<Totals> totals = totals_of(company, outcome);
      std::map<std::int32_t, int> segments_of_core;
      for (const std::int32_t core : outcome.refinement.core_of_micro) ++segments_of_core[core];
      for (std::size_t m = 0; m < totals.size(); ++m) {
        if (segments_of_core[outcome.refinement.core_of_micro[m]] == 1) continue;
        EXPECT_GE(totals[m].accounts, 30);
        EXPECT_GE(totals[m].customers, customers);
        if (value > 0.0) {
          EXPECT_GE(totals[m].value.value(), value);
        }
      }
      most = std::max(most, outcome.refinement.tree.n_micro);
      if (customers == 100'000) {
        EXPECT_EQ(outcome.refinement.tree.n_micro, 3);
      } else {
        EXPECT_GT(outcome.refinement.tree.n_micro, 3) << customers << " " << value;
      }
    }
  }
  EXPECT_GT(most, 9);
}

TEST(Limits, WhoIsInNoCoreSegmentTakesNoPart) {
  Company company = company_of({{0, 300, {-1.0, 0.0}, 0.1}, {0, 300, {1.0, 0.0}, 0.1}}, 1, 4);
  Company with_others =
      company_of({{0, 300, {-1.0, 0.0}, 0.1}, {0, 300, {1.0, 0.0}, 0.1}, {0, 200, {0.0, 5.0}, 0.1}}, 1, 4);
  std::fill(with_others.core.begin() + 600, with_others.core.end(), -1);
  with_others.core_centroids = company.core_centroids;
  const RefineSpec options{.min_accounts = 50, .max_micro = 10};
  const Outcome outcome = refine_company(with_others, options, round_robin());
  EXPECT_EQ(outcome.refinement.accounts, (std::vector<std::int64_t>{300, 300}));
  for (std::size_t i = 600; i < with_others.n(); ++i) EXPECT_EQ(outcome.micro[i], -1);
  EXPECT_EQ(outcome.refinement.accounts, refine_company(company, options, round_robin()).refinement.accounts);
}

TEST(Limits, WithoutCentroidsRootsAreTheMeans) {
  Company company = uneven_company(2000, 3, 3, 4, 12);
  const RefineSpec options{.min_accounts = 25, .max_micro = 20};
  const Outcome given = refine_company(company, options, round_robin());
  company.core_centroids.clear();
  expect_same(given, refine_company(company, options, round_robin()));
}

TEST(Outliers, AreThoseBeyondTheBoundOfTheirMicroSegmentAndNobodyElse) {
  // Two parts, and five accounts far from both.
  Company company = company_of({{0, 300, {-2.0, 0.0}, 0.1},
                                {0, 300, {2.0, 0.0}, 0.1},
                                {0, 3, {-2.0, 6.0}, 0.1},
                                {0, 2, {2.0, -7.0}, 0.1},
                                {1, 100, {7.0, 7.0}, 0.05}},
                               2, 9);
  RefineSpec options{.min_accounts = 50, .max_micro = 10};
  const Outcome without = refine_company(company, options, round_robin());
  ASSERT_EQ(without.refinement.accounts, (std::vector<std::int64_t>{303, 302, 100}));
  EXPECT_TRUE(without.refinement.tree.bounds.empty());
  options.outliers = 5.0;
  const Outcome outcome = refine_company(company, options, round_robin());
  EXPECT_EQ(outcome.refinement.accounts, (std::vector<std::int64_t>{300, 300, 5, 100}));
  EXPECT_EQ(outcome.refinement.is_outliers, (std::vector<std::uint8_t>{0, 0, 1, 0}));
  EXPECT_EQ(outcome.refinement.core_of_micro, (std::vector<std::int32_t>{0, 0, 0, 1}));
  for (std::size_t i = 600; i < 605; ++i) EXPECT_EQ(outcome.micro[i], 2);
  const RefinementTree& tree = outcome.refinement.tree;
  ASSERT_EQ(tree.bounds.size(), 4u);
  EXPECT_EQ(tree.n_micro, 4);
  double mean[2] = {};
  double squares = 0.0;
  const auto value = [&](std::size_t i, std::size_t f) { return static_cast<double>(company.values[2 * i + f]); };
  for (std::size_t f = 0; f < 2; ++f) {
    for (std::size_t i = 0; i < company.n(); ++i) mean[f] += without.micro[i] == 0 ? value(i, f) / 303.0 : 0.0;
    for (std::size_t i = 0; i < company.n(); ++i)
      squares += without.micro[i] == 0 ? (value(i, f) - mean[f]) * (value(i, f) - mean[f]) : 0.0;
    EXPECT_NEAR(tree.centres[f], mean[f], 1e-12);
  }
  EXPECT_NEAR(tree.bounds[0].distance, 5.0 * std::sqrt(squares / 303.0), 1e-12);
  EXPECT_EQ(tree.bounds[0].outliers, 2);
  EXPECT_EQ(tree.bounds[3].outliers, -1);
}

TEST(Outliers, StayWhereTheRestWouldBeBelowAMinimum) {
  const Company company = company_of({{0, 100, {0.0}, 0.1}, {0, 2, {7.0}, 0.1}}, 1, 2);
  const auto accounts = [&](std::int64_t least) {
    return refine_company(company, {.min_accounts = least, .max_micro = 5, .outliers = 4.0}, round_robin())
        .refinement.accounts;
  };
  EXPECT_EQ(accounts(100), (std::vector<std::int64_t>{100, 2}));
  EXPECT_EQ(accounts(101), std::vector<std::int64_t>{102});
}

}  // namespace
}  // namespace tessera::test
