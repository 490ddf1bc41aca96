#include "ingest/column_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "ingest/text_arena.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

/// Cells, each with the bytes behind it that readers may touch.
class Cells {
 public:
  explicit Cells(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      char* const begin = arena_.take(text.size());
      std::copy(text.begin(), text.end(), begin);
      views_.emplace_back(begin, text.size());
    }
  }
  [[nodiscard]] std::span<const std::string_view> views() const noexcept { return views_; }

 private:
  TextArena arena_;
  std::vector<std::string_view> views_;
};

std::vector<std::string> random_cells(std::mt19937_64& random, std::size_t n) {
  const std::vector<std::string> some = {
      "",     "NA",      "-",        "n/a",    "1",          "0",          "true",      "No",         "12",
      "-3.5", "1.234",   "1,234",    "12.5 %", "$ 5.000",    "3/4/2025",   "31/4/2025", "2024-02-30", "2024-02-29",
      "x",    "Hamburg", "20241231", " 7 ",    "2025-01-31", "13.01.2024", "1.2M",      "Falsehood",  "12/31/2024"};
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < n; ++i) {
    const auto pick = random() % (some.size() + 3);
    cells.push_back(pick < some.size()        ? some[pick]
                    : pick == some.size()     ? fmt::format("{}", random() % 100'000)
                    : pick == some.size() + 1 ? fmt::format("{}.{:02}", random() % 1000, random() % 100)
                                              : fmt::format("word {}", random() % 50));
  }
  return cells;
}

ColumnPlan plan_of(ColumnType type, bool stored) {
  ColumnPlan plan;
  plan.name = "x";
  plan.type = type;
  plan.stored = stored;
  return plan;
}

TEST(ColumnReader, LearnsTheSameWhateverItTakesTheCellsFor) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 50; ++round) {
    const std::vector<std::string> texts = random_cells(random, 300);
    ColumnScan expected;
    for (const std::string& text : texts) expected.add(text);
    const Cells cells(texts);
    for (const ColumnType type : {ColumnType::kNumber, ColumnType::kDate, ColumnType::kFlag, ColumnType::kCategory}) {
      const ColumnPlan plan = plan_of(type, true);
      ColumnReader reader(plan, true);
      CellValues values = no_values(type);
      std::vector<BadCell> bad;
      for (std::size_t begin = 0; begin < texts.size(); begin += 100)
        reader.read(cells.views().subspan(begin, 100), values, bad);
      EXPECT_EQ(reader.scan().counts(), expected.counts()) << static_cast<int>(type);
    }
  }
}

TEST(ColumnReader, TooManySpellingsAreCountedAllTheSame) {
  const ColumnPlan plan = plan_of(ColumnType::kCategory, false);
  ColumnReader reader(plan, true);
  ColumnScan expected;
  CellValues nothing;
  std::vector<BadCell> bad;
  std::vector<std::string> texts;
  for (int i = 0; i < 70'000; ++i) texts.push_back(i % 3 == 0 ? fmt::format("{}", i) : fmt::format("Company {}", i));
  for (const std::string& text : texts) expected.add(text);
  const Cells cells(texts);
  reader.read(cells.views(), nothing, bad);
  EXPECT_TRUE(reader.overflowed());
  EXPECT_EQ(reader.scan().counts(), expected.counts());
}

TEST(ColumnReader, NumbersOutOfRangeAreBadOrMissing) {
  const Cells cells({"5", "-1", "NA", "11", "ten", " 7 ", "1e1"});
  ColumnPlan plan = plan_of(ColumnType::kNumber, true);
  plan.min = 0.0;
  plan.max = 10.0;
  CellValues values = no_values(plan.type);
  std::vector<BadCell> bad;
  ColumnReader(plan, false).read(cells.views(), values, bad);
  ASSERT_EQ(bad.size(), 3U);
  EXPECT_EQ(bad[0].reason, "below the minimum of 0");
  EXPECT_EQ(bad[1].row, 3U);
  EXPECT_EQ(bad[2].reason, "not a number");
  bad.clear();
  plan.bad_cell_becomes_missing = true;
  values = no_values(plan.type);
  ColumnReader(plan, false).read(cells.views(), values, bad);
  EXPECT_TRUE(bad.empty());
  const auto& numbers = std::get<std::vector<double>>(values);
  for (const std::size_t r : {1, 2, 3, 4}) EXPECT_TRUE(std::isnan(numbers[r])) << r;
  EXPECT_EQ(numbers[5], 7.0);
  EXPECT_EQ(numbers[6], 10.0);
}

TEST(ColumnReader, CategoriesHaveTheirCodesOncePlanned) {
  const Cells cells({"b", "NA", "a", "b", ""});
  ColumnPlan plan = plan_of(ColumnType::kCategory, true);
  std::vector<BadCell> bad;
  CellValues values = no_values(plan.type);
  ColumnReader open(plan, true);
  open.read(cells.views(), values, bad);
  EXPECT_EQ(std::get<std::vector<std::int32_t>>(values), (std::vector<std::int32_t>{0, -1, 2, 0, -1}));
  plan.settled = true;
  plan.codes = {{"a", 0}, {"b", 1}};
  values = no_values(plan.type);
  ColumnReader(plan, false).read(cells.views(), values, bad);
  EXPECT_EQ(std::get<std::vector<std::int32_t>>(values), (std::vector<std::int32_t>{1, -1, 0, 1, -1}));
  EXPECT_TRUE(bad.empty());
  const Cells changed({"c"});
  EXPECT_THROW(ColumnReader(plan, false).read(changed.views(), values, bad), Error);
}

TEST(ColumnReader, LongAndShortSpellingsAreToldApart) {
  SpellingDictionary dictionary;
  std::vector<std::string> texts = {"",
                                    "a",
                                    "aa",
                                    std::string(8, 'a'),
                                    std::string(9, 'a'),
                                    std::string(16, 'a'),
                                    std::string(17, 'a'),
                                    std::string(18, 'a')};
  texts.push_back("aaaaaaaa" + std::string(9, 'b') + "cccccccc");
  texts.push_back("aaaaaaaa" + std::string(9, 'd') + "cccccccc");  // the same head, tail and length
  for (int i = 0; i < 5000; ++i) texts.push_back(fmt::format("{}", i));
  const Cells cells(texts);
  for (int twice = 0; twice < 2; ++twice) {
    for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(dictionary.code_of(cells.views()[i]), i) << texts[i];
  }
  for (std::uint32_t i = 0; i < texts.size(); ++i) ASSERT_EQ(dictionary.spelling(i), texts[i]);
}

}  // namespace
}  // namespace tessera::intake
