#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "insight/category_table.hpp"
#include "insight/names.hpp"
#include "insight/number_bands.hpp"
#include "insight/traits.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"

namespace tessera::insight {
namespace {

using test::world;

/// A population of which rank r holds every account i with i mod ranks = r, but the last rank of several holds none
/// (its accounts are rank 0's); one core segment a label of `segment`.
struct Dealt {
  std::vector<std::size_t> mine;  ///< which of the n accounts
  std::vector<std::uint32_t> rows;
  Membership members;

  Dealt(std::size_t n, int n_segments, const std::function<int(std::size_t)>& segment) {
    const auto holders = static_cast<std::size_t>(std::max(1, world().size() - 1));
    for (std::size_t i = 0; i < n; ++i)
      if (i % holders == static_cast<std::size_t>(world().rank())) mine.push_back(i);
    rows.resize(mine.size());
    std::iota(rows.begin(), rows.end(), 0U);
    SegmentAssignment assignment;
    for (const std::size_t i : mine) assignment.core.push_back(segment(i));
    members = membership(
        rows, std::vector<SegmentSeed>(static_cast<std::size_t>(n_segments), {Level::kCore, -1, "", ""}), assignment);
  }
};

NumberTable table_of(const Dealt& dealt, const std::function<double(std::size_t)>& value) {
  std::vector<double> values;
  for (const std::size_t i : dealt.mine) values.push_back(value(i));
  return number_table(world(), values, dealt.members);
}

const NumberBand* find(const std::vector<NumberBand>& bands, Degree degree) {
  const auto found = std::ranges::find(bands, degree, &NumberBand::degree);
  return found == bands.end() ? nullptr : &*found;
}

TEST(NumberBands, AreQuartersAndTenthsOfAnEvenSpread) {
  const Dealt dealt(1000, 1, [](std::size_t) { return 0; });
  const NumberTable table = table_of(dealt, [](std::size_t i) { return static_cast<double>(i) + 1.0; });
  const std::vector<std::int64_t> accounts{1000, 1000};
  const auto bands = number_bands(table, 1, accounts);
  ASSERT_EQ(bands.size(), 5U);
  EXPECT_EQ(find(bands, Degree::kLow)->count(table, 0, accounts), 250);
  EXPECT_EQ(find(bands, Degree::kVeryLow)->count(table, 0, accounts), 100);
  EXPECT_EQ(find(bands, Degree::kMiddle)->count(table, 0, accounts), 500);
  EXPECT_EQ(find(bands, Degree::kHigh)->count(table, 0, accounts), 250);
  EXPECT_EQ(find(bands, Degree::kVeryHigh)->count(table, 0, accounts), 100);
}

TEST(NumberBands, ManyZerosAreNoneAndTheRestSome) {
  const Dealt dealt(1000, 1, [](std::size_t) { return 0; });
  const auto bands_for = [&](std::size_t zeros) {
    const NumberTable table = table_of(dealt, [&](std::size_t i) { return i < zeros ? 0.0 : static_cast<double>(i); });
    const std::vector<std::int64_t> accounts{1000, 1000};
    auto bands = number_bands(table, 1, accounts);
    EXPECT_EQ(find(bands, Degree::kNone)->count(table, 0, accounts), static_cast<std::int64_t>(zeros));
    return bands;
  };
  const auto half = bands_for(600);
  EXPECT_NE(find(half, Degree::kSome), nullptr);
  EXPECT_EQ(find(half, Degree::kLow), nullptr) << "nothing is lower than the zeros";
  EXPECT_NE(find(half, Degree::kHigh), nullptr);
  const auto most = bands_for(950);
  EXPECT_EQ(find(most, Degree::kHigh), nullptr) << "to be above 0 is already said";
  const auto few = bands_for(30);
  EXPECT_EQ(find(few, Degree::kSome), nullptr);
  EXPECT_NE(find(few, Degree::kLow), nullptr);
}

TEST(NumberBands, AConstantSaysNothingAndMissingCellsAreUnknown) {
  const Dealt dealt(100, 1, [](std::size_t) { return 0; });
  const std::vector<std::int64_t> accounts{100, 100};
  const NumberTable constant = table_of(dealt, [](std::size_t) { return 1e18; });
  EXPECT_TRUE(number_bands(constant, 1, accounts).empty());
  EXPECT_EQ(glass_delta(constant.moments[0], constant.moments[1]), 0.0);
  const NumberTable half =
      table_of(dealt, [](std::size_t i) { return i % 2 == 0 ? std::nan("") : static_cast<double>(i); });
  const auto bands = number_bands(half, 1, accounts);
  ASSERT_NE(find(bands, Degree::kUnknown), nullptr);
  EXPECT_EQ(find(bands, Degree::kUnknown)->count(half, 0, accounts), 50);
  EXPECT_EQ(find(bands, Degree::kLow)->count(half, 0, accounts), 13);
}

TEST(NumberProfiles, LiftNeedsAWholeOfTheSameSign) {
  const Dealt dealt(4, 2, [](std::size_t i) { return static_cast<int>(i % 2); });
  const auto lift = [&](double even, double odd) {
    const NumberTable table = table_of(dealt, [&](std::size_t i) { return i % 2 == 0 ? even : odd; });
    return number_profile(table, dealt.members, 0, "x").lift;
  };
  EXPECT_EQ(lift(3.0, 1.0), 1.5);
  EXPECT_EQ(lift(-3.0, -1.0), 1.5);
  EXPECT_EQ(lift(0.0, 2.0), 0.0);
  EXPECT_TRUE(std::isnan(lift(-1.0, 3.0)));
  EXPECT_TRUE(std::isnan(lift(-1.0, 1.0)));
  EXPECT_TRUE(std::isnan(lift(0.0, 0.0)));
}

TEST(NumberNames, NumbersOfOneDegreeAreSaidTogether) {
  const Dealt dealt(800, 2, [](std::size_t i) { return i < 200 ? 0 : 1; });
  const std::vector<std::int64_t> accounts{200, 600, 800};
  TraitBook book(dealt.members, accounts);
  std::int32_t column = 0;
  for (const char* name : {"monthly_charges", "total_charges"})
    book.add_numbers({name, column++, 1.0, false, -1},
                     table_of(dealt, [](std::size_t i) { return 1000.0 - static_cast<double>(i); }));
  std::vector<Segment> segments(2);
  segments[0].accounts = 200;
  segments[1].accounts = 600;
  name_segments(book, segments);
  EXPECT_EQ(segments[0].name, "high monthly and total charges");
  EXPECT_EQ(segments[1].name, "below-average monthly and total charges");
}

TEST(CategoryTables, TellTheFiftyMostFrequentAndWhatIsOverRepresented) {
  // Segment 0 has categories 0 … 59 twenty times each; segment 1 has ten accounts, all of the rare category 60.
  const Dealt dealt(1210, 2, [](std::size_t i) { return i < 1200 ? 0 : 1; });
  CategoryView view;
  for (int c = 0; c < 61; ++c)
    view.labels.push_back(std::string(1, static_cast<char>('A' + c / 10)) + std::to_string(c % 10));
  for (const std::size_t i : dealt.mine) view.codes.push_back(i < 1200 ? static_cast<std::int32_t>(i % 60) : 60);
  const std::vector<std::int64_t> accounts{1200, 10, 1210};
  const CategoryTable table = category_table(world(), view, dealt.members, accounts);
  ASSERT_EQ(table.n_categories(), 61U);
  EXPECT_EQ(table.labels[0], "A0") << "ties by label";
  EXPECT_EQ(table.labels[60], "G0");
  std::vector<CategoryProfile> profiles;
  append_category_profiles(table, dealt.members, 0, "x", profiles);
  EXPECT_EQ(profiles.size(), 50U);
  profiles.clear();
  append_category_profiles(table, dealt.members, 1, "x", profiles);
  ASSERT_EQ(profiles.size(), 1U);
  EXPECT_EQ(profiles[0].category, "G0");
  EXPECT_EQ(profiles[0].lift, 1.0 / (10.0 / 1210.0));
}

TEST(CategoryTables, AreBoundedHoweverManyCategories) {
  constexpr int kSegments = 500;
  const Dealt dealt(20'000, kSegments, [](std::size_t i) { return static_cast<int>(i % kSegments); });
  CategoryView view;
  for (int c = 0; c < 20'000; ++c) view.labels.push_back(std::to_string(100'000 + c));
  for (const std::size_t i : dealt.mine) view.codes.push_back(static_cast<std::int32_t>(i));
  std::vector<std::int64_t> accounts(kSegments, 40);
  accounts.push_back(20'000);
  const CategoryTable table = category_table(world(), view, dealt.members, accounts);
  EXPECT_LE(table.counts.size(), CategoryTable::kMostCells);
  EXPECT_GT(table.n_categories(), 5'000U);
}

TEST(CategoryTables, OurSpellingOfUnknownAndMissingCellsAreOne) {
  Column column;
  column.type = ColumnType::kCategory;
  column.data = CategoryColumn{{0, -1, 1}, {kUnknownCategory, "Software"}};
  const std::vector<std::uint32_t> rows{0, 1, 2};
  EXPECT_EQ(category_view(column, rows).codes, (std::vector<std::int32_t>{0, 0, 1}));
}

}  // namespace
}  // namespace tessera::insight
