#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/special_numbers.hpp"
#include "parallel/communicator.hpp"
#include "privacy/pseudonym.hpp"
#include "ranks_test.hpp"

namespace tessera {
namespace {

PseudonymKey key_of(unsigned char byte) {
  std::array<unsigned char, PseudonymKey::kBytes> bytes{};
  bytes.fill(byte);
  return PseudonymKey(bytes);
}

/// All that the results hold of one account, as one line.
struct Row {
  std::string id, name;
  double value = 0.0;
  std::int32_t code = 0, day = 0;
  std::int8_t flag = 0;
  std::int32_t macro = 0, core = 0, next_best = 0;
  double distance = 0.0, fit = 0.0;
  [[nodiscard]] auto told() const {
    return std::tuple(id, name, std::isnan(value) ? -1.0 : value, code, day, flag, macro, core, next_best, distance,
                      fit);
  }
};

/// Accounts in canonical order. The last ranks may have none.
std::vector<Row> rows_of(std::size_t n) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < n; ++i) {
    const auto k = static_cast<std::int32_t>(i);
    rows.push_back({"Ä-" + std::to_string(i), i % 4 == 0 ? "" : "name " + std::to_string(i * i),
                    i % 5 == 0 ? kNaN : 1.5 * k, k % 3 - 1, i % 7 == 0 ? kMissingDate : k,
                    static_cast<std::int8_t>(i % 3), 1, 2 + k % 4, -1, 0.25 * k, 1.0 / (1 + k)});
  }
  std::ranges::sort(rows, {}, [](const Row& row) { return account_key(row.id); });
  return rows;
}

RunResults results_of(const std::vector<Row>& rows, std::size_t begin, std::size_t end) {
  RunResults results;
  AccountTable& accounts = results.accounts;
  SegmentationResult& one = results.segmentations.emplace_back();
  TextColumn name;
  NumberColumn value;
  CategoryColumn code{{}, {"a", "b"}};
  FlagColumn flag;
  DateColumn day;
  for (std::size_t i = begin; i < end; ++i) {
    accounts.keys.push_back(account_key(rows[i].id));
    accounts.ids.push_back(rows[i].id);
    name.push_back(rows[i].name);
    value.values.push_back(rows[i].value);
    code.codes.push_back(rows[i].code);
    flag.values.push_back(rows[i].flag);
    day.days.push_back(rows[i].day);
    one.assignment.macro.push_back(rows[i].macro);
    one.assignment.core.push_back(rows[i].core);
    one.next_best.push_back(rows[i].next_best);
    one.distance.push_back(rows[i].distance);
    one.fit.push_back(rows[i].fit);
  }
  accounts.n_local = end - begin;
  accounts.n_global = rows.size();
  accounts.first_global = begin;
  accounts.columns = {{"crm", "name", ColumnType::kText, name},
                      {"crm", "value", ColumnType::kNumber, value},
                      {"crm", "code", ColumnType::kCategory, code},
                      {"crm", "flag", ColumnType::kFlag, flag},
                      {"crm", "day", ColumnType::kDate, day}};
  return results;
}

std::vector<Row> local_rows(const RunResults& results) {
  const AccountTable& accounts = results.accounts;
  const SegmentationResult& one = results.segmentations.front();
  std::vector<Row> rows;
  for (std::size_t i = 0; i < accounts.n_local; ++i)
    rows.push_back({std::string(accounts.ids.at(i)), std::string(std::get<TextColumn>(accounts.columns[0].data).at(i)),
                    std::get<NumberColumn>(accounts.columns[1].data).values[i],
                    std::get<CategoryColumn>(accounts.columns[2].data).codes[i],
                    std::get<DateColumn>(accounts.columns[4].data).days[i],
                    std::get<FlagColumn>(accounts.columns[3].data).values[i], one.assignment.macro[i],
                    one.assignment.core[i], one.next_best[i], one.distance[i], one.fit[i]});
  return rows;
}

/// Collective. This rank's rows are some run of the wanted ones, and the ranks' runs, in order, are all of them.
void expect_rows(const RunResults& results, const std::vector<Row>& wanted) {
  const std::vector<Row> mine = local_rows(results);
  const auto first = static_cast<std::size_t>(results.accounts.first_global);
  ASSERT_EQ(first, test::world().sum_of_ranks_before(mine.size()));
  ASSERT_LE(first + mine.size(), wanted.size());
  for (std::size_t i = 0; i < mine.size(); ++i) {
    EXPECT_EQ(mine[i].told(), wanted[first + i].told()) << "row " << first + i;
    EXPECT_EQ(results.accounts.keys[i], account_key(wanted[first + i].id));
  }
  EXPECT_EQ(test::world().all_reduce<parallel::Reduce::kSum>(std::uint64_t{mine.size()}), wanted.size());
}

TEST(Pseudonymise, ExamplesAreRenamedAndOrderedByTheirPseudonyms) {
  const PseudonymKey key = key_of(7);
  Journal journal(false);
  RunResults results = results_of({}, 0, 0);
  auto& examples = results.segmentations.front().insight.examples;
  for (const char* id : {"ACME", "Globex", "Initech", "Umbrella"}) examples.push_back({1, id, 0.5});
  examples.push_back({0, "Nearest", 0.25});
  pseudonymise({test::world(), journal, test::threads()}, key, results);
  ASSERT_EQ(examples.size(), 5U);
  EXPECT_EQ(examples[0].account_id, privacy::pseudonym(key, "Nearest"));
  for (std::size_t e = 2; e < 5; ++e)
    EXPECT_LT(account_key(examples[e - 1].account_id), account_key(examples[e].account_id));
}

TEST(Pseudonymise, BringsWholeAccountsIntoTheOrderOfTheirPseudonyms) {
  const PseudonymKey key = key_of(7);
  Journal journal(false);
  const Context context{test::world(), journal, test::threads()};
  const auto ranks = static_cast<std::size_t>(test::world().size());
  const auto rank = static_cast<std::size_t>(test::world().rank());
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{500}}) {
    const std::vector<Row> rows = rows_of(n);
    RunResults results = results_of(rows, n * rank / ranks, n * (rank + 1) / ranks);
    pseudonymise(context, key, results);
    std::vector<Row> wanted = rows;
    for (Row& row : wanted) row.id = privacy::pseudonym(key, row.id);
    std::ranges::sort(wanted, {}, [](const Row& row) { return account_key(row.id); });
    expect_rows(results, wanted);
  }
}

TEST(Pseudonymise, AnotherKeyGivesOtherPseudonyms) {
  EXPECT_NE(privacy::pseudonym(key_of(1), "A"), privacy::pseudonym(key_of(2), "A"));
  EXPECT_NE(privacy::pseudonym(key_of(1), "A"), privacy::pseudonym(key_of(1), "B"));
  EXPECT_EQ(privacy::pseudonym(key_of(1), "A").size(), 32U);
}

TEST(Pseudonymise, PairsOfLikelyDuplicatesHaveNoTrueIdNorTheirOrder) {
  const std::vector<Row> rows = rows_of(40);
  const bool is_last = test::world().rank() == test::world().size() - 1;
  RunResults results = results_of(rows, is_last ? 0 : rows.size(), rows.size());
  results.ingest.duplicate_search.emplace();
  std::vector<LikelyDuplicate>& pairs = results.ingest.duplicate_search->pairs;
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) pairs.push_back({rows[i].id, rows[i + 1].id, i < 20 ? 1.0 : 0.9});
  const PseudonymKey key = key_of(7);
  std::map<std::string, std::string> true_ids;
  for (const Row& row : rows) true_ids[privacy::pseudonym(key, row.id)] = row.id;
  const std::vector<LikelyDuplicate> before = pairs;
  Journal journal(false);
  pseudonymise({test::world(), journal, test::threads()}, key, results);
  ASSERT_EQ(pairs.size(), before.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const LikelyDuplicate& pair = pairs[i];
    EXPECT_LT(account_key(pair.account_id), account_key(pair.other_id));
    if (i > 0 && pairs[i - 1].score == pair.score) {
      EXPECT_LE(account_key(pairs[i - 1].account_id), account_key(pair.account_id));
    }
    const std::string a = true_ids.at(pair.account_id);
    const std::string b = true_ids.at(pair.other_id);
    EXPECT_EQ(std::ranges::count_if(before,
                                    [&](const LikelyDuplicate& one) {
                                      return one.score == pair.score && ((one.account_id == a && one.other_id == b) ||
                                                                         (one.account_id == b && one.other_id == a));
                                    }),
              1);
  }
}

}  // namespace
}  // namespace tessera
