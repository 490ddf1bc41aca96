// What the segments are: planted ones are found, limits are kept.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "company.hpp"

namespace tessera::test {
namespace {

/// Two cores of three blobs each; blob b is accounts [300·b, 300·(b+1)).
Company nested_company() {
  return company_of({{0, 300, {-3.0, 0.0, 0.0}, 0.1},
                     {0, 300, {-3.0, 1.5, 0.0}, 0.1},
                     {0, 300, {-3.0, 0.0, 1.5}, 0.1},
                     {1, 300, {3.0, 0.0, 0.0}, 0.1},
                     {1, 300, {3.0, -1.5, 0.0}, 0.1},
                     {1, 300, {3.0, 0.0, -1.5}, 0.1}},
                    2, 11);
}

TEST(Segments, PlantedNestedBlobsAreFound) {
  const Outcome outcome = refine_company(nested_company(), {.min_accounts = 50, .max_micro = 100}, round_robin());
  ASSERT_EQ(outcome.refinement.accounts, std::vector<std::int64_t>(6, 300));
  EXPECT_EQ(outcome.refinement.tree.n_micro, 6);
  for (std::size_t i = 0; i < outcome.micro.size(); ++i) EXPECT_EQ(outcome.micro[i], outcome.micro[i / 300 * 300]);
  EXPECT_EQ(std::set<std::int32_t>(outcome.micro.begin(), outcome.micro.end()).size(), 6u);
}

TEST(Segments, ASingleGaussianIsLeftWhole) {
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u}) {
    const Company company = company_of({{0, 2000, {1.0, -1.0, 0.5, 0.0}, 0.7}}, 1, seed);
    const Outcome outcome = refine_company(company, {.min_accounts = 20, .max_micro = 50}, round_robin());
    EXPECT_EQ(outcome.refinement.tree.n_micro, 1) << "seed " << seed;
  }
}

TEST(Segments, MinAccountsHoldsEveryMicroSegmentOfALargeEnoughCore) {
  const Company company = uneven_company(4000, 3, 3, 8, 5);
  for (const std::int64_t min_accounts : {1, 30, 150, 100'000}) {
    const Outcome outcome = refine_company(company, {.min_accounts = min_accounts, .max_micro = 60}, round_robin());
    const Refinement& r = outcome.refinement;
    std::map<std::int32_t, int> segments_of_core;
    for (const std::int32_t core : r.core_of_micro) ++segments_of_core[core];
    for (std::size_t m = 0; m < r.accounts.size(); ++m)
      EXPECT_TRUE(r.accounts[m] >= min_accounts || segments_of_core[r.core_of_micro[m]] == 1) << r.accounts[m];
    if (min_accounts == 30) {
      EXPECT_GT(r.tree.n_micro, 9);
    }
    if (min_accounts == 100'000) {
      EXPECT_EQ(r.tree.n_micro, 3);
    }
  }
}

TEST(Segments, TheBudgetKeepsTheBestGains) {
  // Four cores of two blobs, ever farther apart: the last are worth most.
  std::vector<Blob> blobs;
  for (int core = 0; core < 4; ++core)
    for (const double side : {-1.0, 1.0}) blobs.push_back({core, 200, {side * (0.5 + 0.4 * core), core - 2.0}, 0.05});
  const Company company = company_of(blobs, 4, 21);
  const RefineSpec unlimited{.min_accounts = 20, .max_micro = 100};
  EXPECT_EQ(refine_company(company, unlimited, round_robin()).refinement.tree.n_micro, 8);
  for (int budget = 4; budget <= 8; ++budget) {
    const Outcome outcome = refine_company(company, {.min_accounts = 20, .max_micro = budget}, round_robin());
    std::map<std::int32_t, int> segments_of_core;
    for (const std::int32_t core : outcome.refinement.core_of_micro) ++segments_of_core[core];
    for (int core = 0; core < 4; ++core) EXPECT_EQ(segments_of_core[core], core >= 8 - budget ? 2 : 1) << budget;
  }
}

TEST(Segments, MoreCoresThanTheBudgetAreLeftAsTheyAreWithAWarning) {
  const Outcome outcome = refine_company(nested_company(), {.min_accounts = 10, .max_micro = 1}, round_robin());
  EXPECT_EQ(outcome.refinement.tree.n_micro, 2);
  EXPECT_EQ(outcome.refinement.rounds, 0);
  ASSERT_EQ(outcome.warnings.size(), 1u);
  EXPECT_NE(outcome.warnings[0].find("max_micro = 1"), std::string::npos) << outcome.warnings[0];
}

TEST(Segments, AFewOutliersDoNotKeepACoreFromBeingSplit) {
  // Two outliers far away take a centroid of the first 2-means for themselves, whatever the start.
  const Company company =
      company_of({{0, 300, {0.0, 0.0}, 0.02}, {0, 300, {0.0, 0.4}, 0.02}, {0, 2, {7.9, 7.9}, 0.001}}, 1, 4);
  const Outcome outcome = refine_company(company, {.min_accounts = 100, .max_micro = 10}, round_robin());
  std::vector<std::int64_t> accounts = outcome.refinement.accounts;
  std::ranges::sort(accounts);
  EXPECT_EQ(accounts, (std::vector<std::int64_t>{300, 302}));
  EXPECT_EQ(outcome.micro[600], outcome.micro[300]);  // the upper blob is nearer
}

TEST(Segments, ABlobThatACutWentThroughIsPutTogether) {
  // Symmetric, so that the first cut goes through the middle blob.
  std::vector<float> values;
  for (int i = -500; i <= 500; ++i)
    for (const float centre : {-4.0F, 0.0F, 4.0F}) values.push_back(centre + static_cast<float>(i) / 4096.0F);
  const std::size_t n = values.size();
  const Company company = company_of(1, 1, std::move(values), std::vector<std::int32_t>(n));
  const Outcome outcome = refine_company(company, {.min_accounts = 50, .max_micro = 10}, round_robin());
  EXPECT_EQ(outcome.refinement.accounts, std::vector<std::int64_t>(3, 1001));
}

}  // namespace
}  // namespace tessera::test
