// The same bits however the accounts lie on the ranks, at any thread count and vector width.
#include <gtest/gtest.h>

#include "company.hpp"
#include "lloyd/kernel.hpp"

namespace tessera::test {
namespace {

constexpr RefineSpec kOptions{.min_accounts = 25, .max_micro = 40};

TEST(SameBits, WhereverTheAccountsLie) {
  for (const int d : {1, 4, 13}) {
    const Company company = uneven_company(3000, d, 3, 7, 77 + static_cast<std::uint64_t>(d));
    const Outcome serial = refine_company(company, kOptions, all_on_the_first());
    EXPECT_GT(serial.refinement.tree.n_micro, 9);
    EXPECT_GT(serial.refinement.rounds, 1);
    expect_same(serial, refine_company(company, kOptions, round_robin()));
    expect_same(serial, refine_company(company, kOptions, all_on_the_last(), 2));
    const Deal skewed = [](std::size_t i, int ranks) { return i % 10 == 0 ? static_cast<int>(i / 10) % ranks : 0; };
    expect_same(serial, refine_company(company, kOptions, skewed, 2));
    const Deal by_core = [&](std::size_t i, int ranks) { return company.core[i] % ranks; };
    expect_same(serial, refine_company(company, kOptions, by_core, 2));
  }
}

TEST(SameBits, AtEveryVectorWidth) {
  const Company company = uneven_company(3000, 6, 2, 9, 8);
  const std::string best = lloyd::simd_target();
  const Outcome outcome = refine_company(company, kOptions, round_robin());
  for (const std::string& target : lloyd::simd_targets()) {
    lloyd::use_simd_target(target);
    expect_same(outcome, refine_company(company, kOptions, round_robin(), 2));
  }
  lloyd::use_simd_target(best);
}

TEST(SameBits, InAnyOrderOfTheRows) {
  const Company company = uneven_company(2000, 3, 2, 6, 31);
  Company reversed = company;
  const std::size_t n = company.n();
  for (std::size_t i = 0; i < n; ++i) {
    reversed.core[i] = company.core[n - 1 - i];
    for (std::size_t f = 0; f < 3; ++f) reversed.values[i * 3 + f] = company.values[(n - 1 - i) * 3 + f];
  }
  Outcome outcome = refine_company(reversed, kOptions, round_robin());
  std::vector<std::int32_t> micro(outcome.micro.rbegin(), outcome.micro.rend());
  outcome.micro = micro;
  expect_same(refine_company(company, kOptions, round_robin()), outcome);
}

}  // namespace
}  // namespace tessera::test
