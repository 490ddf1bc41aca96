#include "insight/rules/rules.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/random.hpp"
#include "core/special_numbers.hpp"
#include "insight/rules/rule_measure.hpp"
#include "insight/rules/rule_words.hpp"
#include "insight/trait_words.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"

namespace tessera::insight {
namespace {

using test::world;

double random_number(std::size_t account, std::uint64_t column) {
  return uniform(random_bits(7, RandomPurpose::kGenerate, {account, 0}, column));
}

/// Accounts with their columns, of which every rank holds a part and the last of several none, and a segment each.
struct Market {
  std::size_t n;
  AccountTable table;
  std::vector<std::uint32_t> rows;
  SegmentAssignment assignment;
  std::vector<SegmentSeed> seeds;
  std::vector<std::int64_t> sizes;
  std::vector<std::size_t> mine;
  Journal journal{false};

  Market(std::size_t accounts, int n_segments, const std::function<int(std::size_t)>& segment) : n(accounts) {
    const auto holders = static_cast<std::size_t>(std::max(1, world().size() - 1));
    sizes.assign(static_cast<std::size_t>(n_segments) + 1, 0);
    seeds.assign(static_cast<std::size_t>(n_segments), {Level::kCore, -1, "", ""});
    for (std::size_t i = 0; i < n; ++i) {
      ++sizes[static_cast<std::size_t>(segment(i))];
      ++sizes.back();
      if (i % holders != static_cast<std::size_t>(world().rank())) continue;
      rows.push_back(static_cast<std::uint32_t>(mine.size()));
      mine.push_back(i);
      table.keys.push_back({i, 0});
      assignment.core.push_back(segment(i));
    }
    table.n_local = mine.size();
    table.n_global = n;
  }
  void number(const std::string& name, const std::function<double(std::size_t)>& value) {
    NumberColumn cells;
    for (const std::size_t i : mine) cells.values.push_back(value(i));
    table.columns.push_back({"crm", name, ColumnType::kNumber, std::move(cells)});
  }
  void category(const std::string& name, const std::vector<std::string>& labels,
                const std::function<int(std::size_t)>& code) {
    CategoryColumn cells;
    cells.categories = labels;
    for (const std::size_t i : mine) cells.codes.push_back(code(i));
    table.columns.push_back({"crm", name, ColumnType::kCategory, std::move(cells)});
  }
  std::vector<Segment> described() {
    const Membership members = membership(rows, seeds, assignment);
    const Context context{world(), journal, test::threads()};
    RuleBook book(context, table, members, sizes, 1);
    for (const Column& column : table.columns)
      book.add_column(column, {true, false, false, spoken_column(column.name)});
    std::vector<Segment> segments(seeds.size());
    for (std::size_t s = 0; s < segments.size(); ++s) segments[s].accounts = sizes[s];
    book.find_rules(segments);
    return segments;
  }
};

TEST(Rules, FindWhatWasPlantedAndMeasureItExactly) {
  // Planted: software companies of 10 to 49 employees; one in twenty of them is elsewhere.
  const auto employees = [](std::size_t i) { return std::floor(1.0 + 199.0 * random_number(i, 1)); };
  const auto industry = [](std::size_t i) { return static_cast<int>(4.0 * random_number(i, 2)); };
  const auto is_planted = [&](std::size_t i) {
    return industry(i) == 2 && employees(i) >= 10.0 && employees(i) < 50.0 && random_number(i, 3) > 0.05;
  };
  Market market(6000, 2, [&](std::size_t i) { return is_planted(i) ? 0 : 1; });
  market.number("employees", employees);
  market.category("industry", {"Banking", "Retail", "Software", "Öl & Gas"}, industry);
  market.number("noise", [](std::size_t i) { return random_number(i, 4); });
  const Segment found = market.described().front();
  EXPECT_GE(found.rule_precision, 0.85) << found.rule;
  EXPECT_GE(found.rule_recall, 0.9) << found.rule;
  EXPECT_NE(found.rule.find(" employees"), std::string::npos) << found.rule;
  EXPECT_NE(found.rule.find("Software"), std::string::npos) << found.rule;
  EXPECT_EQ(found.rule.find("noise"), std::string::npos) << found.rule;
  EXPECT_NEAR(found.rule_coverage * 6000.0 * found.rule_precision,
              found.rule_recall * static_cast<double>(found.accounts), 1e-6);
}

TEST(Rules, PrecisionAndRecallAreThoseOfASerialCount) {
  Market market(997, 3, [](std::size_t i) { return static_cast<int>(3.0 * random_number(i, 1)); });
  RuleColumn size, branch;
  size.cuts = {2.0, 5.0, 9.0};
  branch.kind = RuleColumn::Kind::kCategory;
  branch.labels = {"a", "b"};
  branch.bin_of_category = {0, 1, 2, 2};
  const auto value = [](std::size_t i) { return i % 9 == 0 ? kNaN : std::floor(12.0 * random_number(i, 2)); };
  const auto code = [](std::size_t i) { return i % 7 == 0 ? -1 : static_cast<int>(4.0 * random_number(i, 3)); };
  std::vector<double> values;
  std::vector<std::int32_t> codes;
  for (const std::size_t i : market.mine) values.push_back(value(i));
  for (const std::size_t i : market.mine) codes.push_back(code(i));
  const BinsByColumn bins{bins_of(size, values), bins_of(branch, codes)};
  // Below 2, from 5 to below 9 or unknown; not "b".
  const Rule rule{{{0, 0b10101}, {1, 0b1101}}};
  const std::vector<Rule> rules{rule, {}, {{{0, 0b10000}}}};
  const std::vector<std::size_t> segments{0, 1, 2};
  const Membership members = membership(market.rows, market.seeds, market.assignment);
  const std::vector<RuleCounts> counts =
      measure_rules({world(), market.journal, test::threads()}, bins, members, segments, rules, market.sizes);
  std::int64_t found = 0, right = 0, unknown = 0, unknown_right = 0;
  for (std::size_t i = 0; i < market.n; ++i) {
    const double v = value(i);
    const auto segment = static_cast<int>(3.0 * random_number(i, 1));
    const bool taken = (std::isnan(v) || v < 2.0 || (v >= 5.0 && v < 9.0)) && code(i) != 1;
    found += taken ? 1 : 0;
    right += taken && segment == 0 ? 1 : 0;
    unknown += std::isnan(v) ? 1 : 0;
    unknown_right += std::isnan(v) && segment == 2 ? 1 : 0;
  }
  EXPECT_EQ(counts[0].found, found);
  EXPECT_EQ(counts[0].right, right);
  EXPECT_EQ(counts[0].segment, market.sizes[0]);
  EXPECT_EQ(counts[1].found, 0);
  EXPECT_EQ(counts[2].found, unknown);
  EXPECT_EQ(counts[2].right, unknown_right);
}

TEST(Rules, MissingCellsAreSaidSo) {
  Market market(1000, 2, [](std::size_t i) { return i % 4 == 0 ? 0 : 1; });
  market.number("revenue", [](std::size_t i) { return i % 4 == 0 ? kNaN : 1000.0 * random_number(i, 1); });
  const std::vector<Segment> segments = market.described();
  EXPECT_EQ(segments[0].rule, "revenue unknown");
  EXPECT_EQ(segments[0].rule_precision, 1.0);
  EXPECT_EQ(segments[0].rule_recall, 1.0);
  EXPECT_EQ(segments[0].rule_coverage, 0.25);
  EXPECT_EQ(segments[1].rule, "revenue known");
}

TEST(Rules, WhereNothingTellsThereIsNone) {
  for (const std::size_t n : {std::size_t{1}, std::size_t{50}}) {
    Market market(n, 2, [n](std::size_t i) { return n > 1 && i % 2 == 1 ? 1 : 0; });
    market.number("revenue", [](std::size_t) { return 5.0; });
    market.number("nothing", [](std::size_t) { return kNaN; });
    market.category("industry", {"日本"}, [](std::size_t) { return 0; });
    for (const Segment& segment : market.described()) {
      EXPECT_EQ(segment.rule, "");
      EXPECT_TRUE(std::isnan(segment.rule_precision) && std::isnan(segment.rule_recall));
    }
  }
}

TEST(Rules, AreTheSameAtAnyNumberOfThreads) {
  Market market(3000, 5,
                [](std::size_t i) { return static_cast<int>(5.0 * random_number(i, 1) * random_number(i, 2)); });
  market.number("a", [](std::size_t i) { return random_number(i, 1); });
  market.number("b", [](std::size_t i) { return random_number(i, 2); });
  const std::vector<Segment> segments = market.described();
  // Every rank has the same texts: rank 0's.
  for (const Segment& segment : segments) {
    EXPECT_EQ(segment.rule, world().broadcast_text(segment.rule));
    EXPECT_FALSE(segment.rule.empty());
    EXPECT_GE(segment.rule_recall, 0.5) << segment.rule;
  }
}

}  // namespace
}  // namespace tessera::insight
