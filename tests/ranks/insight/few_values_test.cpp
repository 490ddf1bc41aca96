#include "insight/numbers/few_values.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#include "company.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"

namespace tessera::insight {
namespace {

using test::world;

struct Part {
  test::Company company;
  std::vector<std::uint32_t> rows;
  Membership members;
  std::vector<double> cells;

  Part(std::size_t n, const std::function<double(std::uint64_t)>& cell)
      : company(test::part_of(test::company(n), world().rank(), world().size())), rows(test::all_rows(company)) {
    members = membership(rows, company.seeds, company.assignment);
    for (const AccountKey& key : company.whole.keys) cells.push_back(cell(key.hi));
  }
};

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// Whether the counts tell what the general functions tell, to the bit, of every segment.
void expect_the_same(const Part& part) {
  constexpr std::array kProbabilities{0.0, 0.1, 0.5, 0.75, 1.0};
  const auto few = few_values(world(), part.cells, part.members);
  ASSERT_TRUE(few.has_value());
  const auto check = [&](std::size_t segment, const parallel::Moments& moments, const double* quantiles) {
    const parallel::Moments got = moments_of(few->values, few->of(segment));
    EXPECT_EQ(got.count, moments.count);
    for (const auto& [a, b] : {std::pair(got.mean, moments.mean), std::pair(got.sd, moments.sd),
                               std::pair(got.sum, moments.sum), std::pair(got.squares, moments.squares)})
      EXPECT_TRUE(same_bits(a, b)) << a << " is not " << b << " in segment " << segment;
    for (std::size_t p = 0; p < kProbabilities.size(); ++p)
      EXPECT_TRUE(same_bits(quantile_of(few->values, few->of(segment), kProbabilities[p]), quantiles[p])) << segment;
  };
  for (const LevelMembers& level : part.members.levels) {
    const auto moments = parallel::grouped_moments(world(), part.cells, level.place, level.n_segments);
    const auto quantiles =
        parallel::grouped_quantiles(world(), part.cells, level.place, level.n_segments, kProbabilities);
    for (std::size_t s = 0; s < moments.size(); ++s)
      check(static_cast<std::size_t>(level.first) + s, moments[s], &quantiles[s * kProbabilities.size()]);
  }
  check(static_cast<std::size_t>(part.members.whole()), parallel::grouped_moments(world(), part.cells, {}, 1).front(),
        parallel::grouped_quantiles(world(), part.cells, {}, 1, kProbabilities).data());
}

TEST(FewValues, TellWhatTheGeneralWayTells) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::size_t n : {1U, 5U, 700U}) {
    expect_the_same(Part(n, [](std::uint64_t i) { return static_cast<double>(i * 7 % 11) / 3.0 - 1.0; }));
    expect_the_same(Part(n, [](std::uint64_t i) { return i % 3 == 0 ? -0.0 : i % 3 == 1 ? 0.0 : 1e-320; }));
    expect_the_same(Part(n, [=](std::uint64_t i) { return i % 4 != 1 ? nan : static_cast<double>(i % 2) + 0.1; }));
    expect_the_same(Part(n, [=](std::uint64_t) { return nan; }));
    expect_the_same(Part(n, [](std::uint64_t i) { return i % 100 == 7 ? 1e200 : -1e-200; }));
  }
}

TEST(FewValues, AreNotTakenWhereTheyAreManyOrTooLarge) {
  const Part many(4097, [](std::uint64_t i) { return static_cast<double>(i); });
  EXPECT_FALSE(few_values(world(), many.cells, many.members));
  const Part large(50, [](std::uint64_t i) { return i == 49 ? 1e300 : 1.0; });
  EXPECT_FALSE(few_values(world(), large.cells, large.members));
  const Part most(4096, [](std::uint64_t i) { return static_cast<double>(i); });
  EXPECT_TRUE(few_values(world(), most.cells, most.members));
}

}  // namespace
}  // namespace tessera::insight
