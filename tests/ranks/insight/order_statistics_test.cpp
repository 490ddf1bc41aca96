#include "insight/numbers/order_statistics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <functional>

#include "company.hpp"
#include "core/special_numbers.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"

namespace tessera::insight {
namespace {

using test::world;

constexpr std::array kProbabilities{0.0, 0.1, 0.25, 0.5, 0.9, 1.0};

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// Whether it tells what grouped_quantiles() tells, to the bit, of `n` accounts with these cells.
void expect_the_same(std::size_t n, const std::function<double(std::uint64_t)>& cell) {
  const test::Company company = test::part_of(test::company(n), world().rank(), world().size());
  const std::vector<std::uint32_t> rows = test::all_rows(company);
  const Membership members = membership(rows, company.seeds, company.assignment);
  std::vector<double> cells;
  for (const AccountKey& key : company.whole.keys) cells.push_back(cell(key.hi));
  const OrderStatistics got = order_statistics(world(), cells, members, kProbabilities);
  for (const LevelMembers& level : members.levels) {
    const auto medians = parallel::grouped_quantiles(world(), cells, level.place, level.n_segments, std::array{0.5});
    for (std::size_t s = 0; s < medians.size(); ++s)
      EXPECT_TRUE(same_bits(got.medians[static_cast<std::size_t>(level.first) + s], medians[s])) << n << " " << s;
  }
  const auto whole = parallel::grouped_quantiles(world(), cells, {}, 1, kProbabilities);
  for (std::size_t p = 0; p < whole.size(); ++p) EXPECT_TRUE(same_bits(got.whole[p], whole[p])) << n << " " << p;
  EXPECT_TRUE(same_bits(got.medians.back(), whole[3]));
}

double scattered(std::uint64_t i) {
  return static_cast<double>((i * 0x9e3779b97f4a7c15ULL) >> 20) - 0x1p43;
}

TEST(OrderStatistics, AreThoseOfTheGeneralWayToTheBit) {
  for (const std::size_t n : {1U, 7U, 300U, 20'000U}) {
    expect_the_same(n, scattered);
    expect_the_same(n, [](std::uint64_t i) { return i % 3 == 0 ? 0.0 : i % 3 == 1 ? -0.0 : scattered(i); });
    expect_the_same(n, [](std::uint64_t i) { return i % 5 != 2 ? kNaN : 1.0 / (1.0 + static_cast<double>(i)); });
    expect_the_same(n, [](std::uint64_t i) { return std::ldexp(1.0, static_cast<int>(i % 2000) - 1000); });
    expect_the_same(n, [](std::uint64_t) { return kNaN; });
    expect_the_same(n, [](std::uint64_t) { return 7.5; });
  }
  // Nothing between the values that are sampled and those that are not: the cuts are no help.
  expect_the_same(20'000, [](std::uint64_t i) { return i % 16 == 0 ? static_cast<double>(i) : 1e9 + scattered(i); });
}

}  // namespace
}  // namespace tessera::insight
