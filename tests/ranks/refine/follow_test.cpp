// A night that goes on from last night's tree.
#include "tessera/follow.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "company.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"

namespace tessera::test {
namespace {

/// What follow() says of the company's accounts, dealt out in turn.
struct Followed {
  Refinement refinement;
  std::vector<std::int32_t> micro;  ///< of all accounts, on every rank
};

Followed follow_company(const Company& company, const RefineSpec& options, const RefinementTree& tree) {
  std::vector<std::size_t> mine;
  for (std::size_t i = 0; i < company.n(); ++i)
    if (round_robin()(i, world().size()) == world().rank()) mine.push_back(i);
  FeatureTiles tiles(mine.size(), company.d);
  std::vector<std::int32_t> core;
  for (std::size_t m = 0; m < mine.size(); ++m) {
    for (int f = 0; f < company.d; ++f)
      tiles.set(m, f, company.values[mine[m] * static_cast<std::size_t>(company.d) + static_cast<std::size_t>(f)]);
    core.push_back(company.core[mine[m]]);
  }
  Journal journal(false);
  Followed followed;
  followed.refinement =
      follow({world(), journal, 1},
             {.tiles = tiles, .core = core, .core_centroids = company.core_centroids, .k = company.k}, options, tree);
  followed.micro.assign(company.n(), 0);
  for (std::size_t m = 0; m < mine.size(); ++m) followed.micro[mine[m]] = followed.refinement.micro[m];
  world().all_reduce<parallel::Reduce::kSum>(std::span<std::int32_t>(followed.micro));
  return followed;
}

constexpr RefineSpec kOptions{.min_accounts = 40, .max_micro = 30, .outliers = 2.0};

TEST(Follow, TheSameAccountsStayWhereTheyWere) {
  const Company company = uneven_company(3000, 3, 3, 6, 12);
  const Outcome night = refine_company(company, kOptions, round_robin());
  EXPECT_NE(std::ranges::find(night.refinement.is_outliers, 1), night.refinement.is_outliers.end());
  const Followed again = follow_company(company, kOptions, night.refinement.tree);
  EXPECT_EQ(again.micro, night.micro);
  EXPECT_EQ(again.refinement.accounts, night.refinement.accounts);
  EXPECT_EQ(again.refinement.core_of_micro, night.refinement.core_of_micro);
  EXPECT_EQ(again.refinement.is_outliers, night.refinement.is_outliers);
  EXPECT_EQ(again.refinement.tree.centroids, night.refinement.tree.centroids);
}

TEST(Follow, WhatHasBecomeTooSmallJoinsAnotherOfItsCore) {
  const Company company = uneven_company(3000, 3, 3, 6, 12);
  const Outcome night = refine_company(company, kOptions, round_robin());
  RefineSpec larger = kOptions;
  larger.min_accounts = 300;
  const Followed followed = follow_company(company, larger, night.refinement.tree);
  const Refinement& now = followed.refinement;
  EXPECT_LT(now.tree.n_micro, night.refinement.tree.n_micro);
  std::vector<std::int64_t> counted(now.accounts.size(), 0), of_core(3, 0);
  for (std::size_t i = 0; i < company.n(); ++i) {
    const auto micro = static_cast<std::size_t>(followed.micro[i]);
    ++counted[micro];
    ++of_core[static_cast<std::size_t>(company.core[i])];
    EXPECT_EQ(now.core_of_micro[micro], company.core[i]);
  }
  EXPECT_EQ(counted, now.accounts);
  for (std::size_t m = 0; m < now.accounts.size(); ++m) {
    const auto same_core = std::ranges::count(now.core_of_micro, now.core_of_micro[m]);
    EXPECT_TRUE(now.accounts[m] >= 300 || now.is_outliers[m] != 0 || same_core == 1) << m << ": " << now.accounts[m];
    EXPECT_GT(now.accounts[m], 0);
  }
}

TEST(Follow, OutliersThatAreNoMoreHaveNoSegment) {
  const Company company = uneven_company(3000, 3, 3, 6, 12);
  const Outcome night = refine_company(company, kOptions, round_robin());
  Company calm = company;  // every outlier of last night is where another account of its core is
  for (std::size_t i = 0; i < company.n(); ++i) {
    if (night.refinement.is_outliers[static_cast<std::size_t>(night.micro[i])] == 0) continue;
    for (std::size_t other = 0; other < company.n(); ++other) {
      const bool fits = company.core[other] == company.core[i] &&
                        night.refinement.is_outliers[static_cast<std::size_t>(night.micro[other])] == 0;
      if (!fits) continue;
      std::copy_n(company.values.begin() + static_cast<std::ptrdiff_t>(other * 3), 3,
                  calm.values.begin() + static_cast<std::ptrdiff_t>(i * 3));
      break;
    }
  }
  const Followed followed = follow_company(calm, kOptions, night.refinement.tree);
  EXPECT_EQ(std::ranges::count(followed.refinement.is_outliers, 1), 0);
  for (const RefinementTree::Bound& bound : followed.refinement.tree.bounds) EXPECT_EQ(bound.outliers, -1);
  EXPECT_EQ(static_cast<std::size_t>(followed.refinement.tree.n_micro), followed.refinement.accounts.size());
}

}  // namespace
}  // namespace tessera::test
