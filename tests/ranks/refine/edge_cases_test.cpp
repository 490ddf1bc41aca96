#include <gtest/gtest.h>

#include "company.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"

namespace tessera::test {
namespace {

TEST(EdgeCases, AllAccountsEqual) {
  const Company company = company_of(2, 1, std::vector<float>(600, 1.25F), std::vector<std::int32_t>(300));
  const Outcome outcome = refine_company(company, {.min_accounts = 1, .max_micro = 10}, round_robin());
  EXPECT_EQ(outcome.refinement.accounts, std::vector<std::int64_t>{300});
}

TEST(EdgeCases, TwoPointMassesBecomeTwoSegments) {
  std::vector<float> values(200, 7.5F);
  for (std::size_t i = 0; i < values.size(); i += 3) values[i] = -7.5F;
  const Company company = company_of(1, 1, std::move(values), std::vector<std::int32_t>(200));
  const Outcome outcome = refine_company(company, {.min_accounts = 10, .max_micro = 10}, round_robin());
  EXPECT_EQ(outcome.refinement.accounts, (std::vector<std::int64_t>{67, 133}));
}

TEST(EdgeCases, OneAccount) {
  const Company company = company_of(3, 1, {1.0F, 2.0F, -3.0F}, {0});
  for (const Deal& deal : {all_on_the_first(), all_on_the_last()}) {
    const Outcome outcome = refine_company(company, {.min_accounts = 1, .max_micro = 10}, deal);
    EXPECT_EQ(outcome.refinement.accounts, std::vector<std::int64_t>{1});
  }
}

TEST(EdgeCases, FewerAccountsThanRanks) {
  const Company company = company_of(1, 2, {-1.0F, -2.0F, 4.0F}, {0, 0, 1});
  const Outcome outcome = refine_company(company, {.min_accounts = 1, .max_micro = 10}, round_robin());
  EXPECT_EQ(outcome.refinement.tree.n_micro, static_cast<int>(outcome.refinement.accounts.size()));
  EXPECT_GE(outcome.refinement.tree.n_micro, 2);
}

TEST(EdgeCases, AnEmptyCoreIsAnEmptyMicroSegment) {
  const Company company = company_of(1, 3, {-1.0F, -2.0F, 4.0F, 5.0F}, {0, 0, 2, 2});
  const Outcome outcome = refine_company(company, {.min_accounts = 2, .max_micro = 10}, round_robin());
  EXPECT_EQ(outcome.refinement.accounts, (std::vector<std::int64_t>{2, 0, 2}));
  EXPECT_EQ(outcome.refinement.core_of_micro, (std::vector<std::int32_t>{0, 1, 2}));
}

TEST(EdgeCases, NodesAreRootsFirstAndChildrenAfterTheirParent) {
  const Outcome outcome =
      refine_company(uneven_company(2000, 2, 4, 6, 9), {.min_accounts = 10, .max_micro = 20}, round_robin());
  const RefinementTree& tree = outcome.refinement.tree;
  EXPECT_LE(tree.n_micro, 20);
  EXPECT_EQ(tree.centroids.size(), tree.nodes.size() * 2);
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const RefinementTree::Node& node = tree.nodes[i];
    EXPECT_EQ(node.parent < 0, i < 4);
    EXPECT_EQ(node.left < 0, node.micro >= 0);
    EXPECT_EQ(node.left < 0, node.right < 0);
    if (node.left < 0) continue;
    const auto& left = tree.nodes.at(static_cast<std::size_t>(node.left));
    const auto& right = tree.nodes.at(static_cast<std::size_t>(node.right));
    EXPECT_GT(node.left, static_cast<std::int32_t>(i));
    EXPECT_EQ(left.parent, static_cast<std::int32_t>(i));
    EXPECT_EQ(right.parent, static_cast<std::int32_t>(i));
    EXPECT_EQ(left.core, node.core);
    EXPECT_EQ(left.accounts + right.accounts, node.accounts);
  }
}

TEST(EdgeCases, ACoreSegmentThatDoesNotExistOnOneRankIsAnErrorOnAll) {
  Journal journal(false);
  const Context context{world(), journal, 1};
  const FeatureTiles tiles(1, 1);
  const std::vector<std::int32_t> core{world().rank() == world().size() - 1 ? 7 : 0};
  const std::vector<double> centroids{0.0};
  try {
    (void)refine(context, {.tiles = tiles, .core = core, .core_centroids = centroids, .k = 1}, {});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_TRUE(error.everywhere());
    EXPECT_NE(std::string(error.what()).find("core segment 7"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace tessera::test
