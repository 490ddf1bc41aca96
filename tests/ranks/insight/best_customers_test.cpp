#include "tessera/best_customers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "company.hpp"
#include "core/special_numbers.hpp"
#include "insight/value/places.hpp"
#include "insight/value/shared_traits.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"
#include "value_figures.hpp"

namespace tessera {
namespace {

ColumnRef named(const char* text) {
  ColumnRef ref;
  ref.text = text;
  return ref;
}

/// A company whose customers are worth `values`; account i is one of industry i mod 3.
test::Company worth(const std::vector<double>& values) {
  test::Company whole = test::company(values.size());
  auto& columns = whole.whole.columns;
  std::erase_if(columns,
                [](const Column& c) { return c.name != "revenue" && c.name != "industry" && c.name != "since"; });
  std::get<NumberColumn>(columns[0].data).values = values;
  auto& codes = std::get<CategoryColumn>(columns[1].data).codes;
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::int32_t>(i % 3);
  whole.job.value = {};
  whole.job.value.column = named("revenue");
  whole.job.kpis.clear();
  return whole;
}

struct Found {
  BestCustomers best;
  std::vector<std::int64_t> rank;  ///< of all ranks' accounts
};

Found found(const test::Company& whole) {
  const test::Company part = test::part_of(whole, test::world().rank(), test::world().size());
  Journal journal(false);
  Found result;
  result.best = best_customers({test::world(), journal, 1}, part.whole, part.job).value();
  result.rank = test::world().all_gather_varied(std::span<const std::int64_t>(result.best.rank));
  return result;
}

std::vector<std::int64_t> plain_places(const std::vector<double>& values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) order.push_back(i);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  std::vector<std::int64_t> places(values.size(), 0);
  for (std::size_t place = 0; place < order.size(); ++place)
    places[order[place]] = static_cast<std::int64_t>(place + 1);
  return places;
}

TEST(Places, AreThoseOfAStableSortWhateverTies) {
  for (const std::size_t n : {0U, 1U, 3U, 700U}) {
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i)
      values.push_back(i % 17 == 4   ? kNaN
                       : i % 13 == 1 ? -0.0
                       : i % 7 == 2  ? 0.0
                                     : static_cast<double>(i * 7919 % 40) - 12.0);
    const test::Company part = test::part_of(worth(values), test::world().rank(), test::world().size());
    const auto mine = insight::places_from_greatest(
        test::world(), std::get<NumberColumn>(part.whole.columns[0].data).values, part.whole.first_global);
    EXPECT_EQ(test::world().all_gather_varied(std::span<const std::int64_t>(mine)), plain_places(values)) << n;
  }
}

/// The formula of value_figures.py.
double value_of(int i) {
  const double v = (i * 7919 + 13) % 10007;
  if (i % 53 == 0) return kNaN;
  if (i % 97 == 0) return -v / 10.0;
  return i % 41 == 0 ? 0.0 : v * v / 1000.0;
}

TEST(BestCustomers, ConcentrationIsWhatNumpyFinds) {
  std::vector<double> values;
  for (int i = 0; i < figures::kCustomers; ++i) values.push_back(value_of(i));
  const Found result = found(worth(values));
  const BestCustomers& best = result.best;
  EXPECT_EQ(best.customers, figures::kKnown);
  EXPECT_EQ(best.unknown, figures::kCustomers - figures::kKnown);
  EXPECT_NEAR(best.value, figures::kTotal, 1e-6 * figures::kTotal);
  EXPECT_NEAR(best.gini, figures::kGini, 1e-6);
  EXPECT_NEAR(best.best_fifth_share, figures::kBestFifthShare, 1e-6);
  ASSERT_EQ(best.deciles.size(), 10U);
  for (std::size_t d = 0; d < 10; ++d) EXPECT_NEAR(best.deciles[d].share_of_value, figures::kDecileShares[d], 1e-6);
  ASSERT_EQ(best.curve.size(), 100U);
  EXPECT_EQ(best.curve.back().customers, best.customers);
  EXPECT_EQ(best.curve.back().value, best.value);
  EXPECT_EQ(best.best, (figures::kKnown + 2) / 5);
  EXPECT_EQ(best.best_share_of_value, best.best_fifth_share);
  EXPECT_EQ(result.rank, plain_places(values));
}

TEST(BestCustomers, TheFewestThatBringSeventyPerCentAreExactlyThoseTwoHundred) {
  std::vector<double> values(1000);
  std::set<std::size_t> wanted;
  for (std::size_t i = 0; i < 1000; ++i) {
    const bool is_best = i * 7 % 1000 < 200;  // 7 and 1000 have no common divisor: two hundred of them
    const double ripple = (static_cast<double>(i * 7 % 2) - 0.5) / 5.0;
    values[i] = is_best ? 35.0 + ripple : 3.75 + ripple;  // 7,000 of 10,000 in all
    if (is_best) wanted.insert(i);
  }
  test::Company whole = worth(values);
  whole.job.value.best_share_of_value = 0.7;
  const Found result = found(whole);
  EXPECT_EQ(result.best.best, 200);
  EXPECT_DOUBLE_EQ(result.best.best_value, 7000.0);
  for (std::size_t i = 0; i < 1000; ++i)
    EXPECT_EQ(result.rank[i] <= result.best.best, wanted.contains(i)) << "customer " << i;
  whole.job.value.best_share_of_value = 0.7 + 1e-9;
  EXPECT_EQ(found(whole).best.best, 201);
  whole.job.value.best_share_of_value = 1.0;
  EXPECT_EQ(found(whole).best.best, 1000);
}

TEST(BestCustomers, NobodyWhoBringsNothingIsAmongThem) {
  EXPECT_EQ(found(worth({0.0, -3.0, 2.0, 0.0, kNaN})).best.best, 1);
  EXPECT_EQ(found(worth({0.0, -3.0})).best.best, 0);
  EXPECT_TRUE(std::isnan(found(worth({0.0, -3.0})).best.gini));
  const BestCustomers nobody = found(worth({kNaN})).best;
  EXPECT_EQ(nobody.customers, 0);
  EXPECT_EQ(nobody.best, 0);
  EXPECT_TRUE(nobody.traits.empty());
}

TEST(BestCustomers, EqualValuesFallToTheLowerKey) {
  std::vector<double> values(40, 5.0);
  test::Company whole = worth(values);
  whole.job.value.best = 0.25;
  const Found result = found(whole);
  EXPECT_EQ(result.best.best, 10);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(result.rank[i], static_cast<std::int64_t>(i + 1));
}

TEST(BestCustomers, LiftsHaveTheIntervalsOfScipy) {
  for (const figures::Risk& risk : figures::kRisks) {
    SharedTrait trait;
    trait.best = risk.best;
    trait.rest = risk.rest;
    insight::measure_lift(risk.n_best, risk.n_rest, trait);
    EXPECT_NEAR(trait.lift, risk.lift, 1e-6 * risk.lift);
    EXPECT_NEAR(trait.low, risk.low, 1e-6 * risk.low);
    EXPECT_NEAR(trait.high, risk.high, 1e-6 * risk.high);
  }
}

TEST(BestCustomers, WhatTheyHaveInCommonComesFirst) {
  std::vector<double> values;
  for (int i = 0; i < 600; ++i) values.push_back(i % 3 == 1 ? 100.0 + i % 7 : 1.0 + i % 5);
  test::Company whole = worth(values);
  whole.job.value.best = 1.0 / 3;
  const BestCustomers best = found(whole).best;
  ASSERT_FALSE(best.traits.empty());
  EXPECT_EQ(best.traits.front().column, "crm.industry");
  EXPECT_EQ(best.traits.front().trait, "Software");
  EXPECT_EQ(best.traits.front().best, 200);
  EXPECT_EQ(best.traits.front().rest, 0);
  EXPECT_TRUE(std::isnan(best.traits.front().lift));
  for (const SharedTrait& trait : best.traits) EXPECT_NE(trait.column, "crm.revenue") << "the value explains itself";
}

TEST(BestCustomers, AValueThatIsNoNumberIsAMistakeOfTheJob) {
  test::Company whole = worth({1.0, 2.0, 3.0});
  whole.job.value.column = named("industry");
  EXPECT_THROW(static_cast<void>(found(whole)), Error);
}

}  // namespace
}  // namespace tessera
