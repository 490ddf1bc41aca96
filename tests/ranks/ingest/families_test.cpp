#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "core/exact_sum.hpp"
#include "histories.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;
using test::value_of;
using test::world;

/// Who stands above whom, walked up step by step.
struct Company {
  std::map<std::string, std::string> parents;  ///< empty: none
  std::map<std::string, double> values;

  [[nodiscard]] bool knows(const std::string& id) const { return parents.contains(id); }
  [[nodiscard]] std::string parent(const std::string& id) const {
    const std::string& above = parents.at(id);
    return above == id || !knows(above) ? "" : above;
  }
  /// Lets go of the parent of the account with the lowest key in every circle.
  int cut_circles() {
    std::set<std::string> cut;
    for (const auto& [id, above] : parents) {
      std::vector<std::string> way{id};
      std::string at = parent(id);
      while (!at.empty() && std::find(way.begin(), way.end(), at) == way.end()) {
        way.push_back(at);
        at = parent(at);
      }
      if (at.empty()) continue;
      way.erase(way.begin(), std::find(way.begin(), way.end(), at));
      cut.insert(*std::min_element(way.begin(), way.end(), [](const auto& a, const auto& b) {
        return std::pair(account_key(a), a) < std::pair(account_key(b), b);
      }));
    }
    for (const std::string& id : cut) parents[id] = "";
    return static_cast<int>(cut.size());
  }
  [[nodiscard]] std::string root(std::string id) const {
    for (std::string above = parent(id); !above.empty(); above = parent(id)) id = above;
    return id;
  }
};

std::string csv_of(const Company& company) {
  std::string text = "id,parent,worth\n";
  for (const auto& [id, above] : company.parents) text += fmt::format("{},{},{}\n", id, above, company.values.at(id));
  return text;
}

SourceSpec& with_parents(Sources& sources) {
  SourceSpec& crm = sources.source("crm.csv");
  crm.parent = {"parent", 8, 10};
  sources.job.value.column.text = "worth";
  return crm;
}

void expect_families(const Texts& accounts, const Company& company) {
  std::map<std::string, std::pair<int, ExactSum>> families;
  std::set<std::string> above;
  for (const auto& [id, value] : company.values) {
    auto& [n, sum] = families[company.root(id)];
    ++n;
    sum.add(value);
    above.insert(company.parent(id));
  }
  for (const auto& [id, value] : company.values) {
    const auto& [n, sum] = families[company.root(id)];
    EXPECT_EQ(value_of(accounts, id, "family"), company.root(id)) << id;
    EXPECT_EQ(value_of(accounts, id, "family_accounts"), std::to_string(n)) << id;
    EXPECT_EQ(value_of(accounts, id, "family_value"), fmt::format("{}", sum.value())) << id;
    EXPECT_EQ(value_of(accounts, id, "is_parent"), above.contains(id) ? "1" : "0") << id;
  }
}

TEST(Families, AreThoseOfWalkingUpStepByStep) {
  std::mt19937_64 random(3);
  Company company;
  constexpr int kAccounts = 600;
  for (int i = 0; i < kAccounts; ++i) {
    const std::string id = fmt::format("a{}", i);
    // A chain of 100, trees that go down the numbers, strangers, oneself, and what closes circles.
    std::string above;
    if (i > 0 && i < 100) above = fmt::format("a{}", i - 1);
    if (i >= 100 && i < 500 && random() % 4 != 0) above = fmt::format("a{}", random() % static_cast<unsigned>(i));
    if (i >= 500) above = fmt::format("a{}", 500 + random() % 100);
    if (i % 97 == 96) above = random() % 2 == 0 ? id : "stranger";
    company.parents[id] = above;
    company.values[id] = static_cast<double>(random() % 1000) * (i % 50 == 0 ? 1e15 : 1e-3);
  }
  Sources sources;
  sources.write("crm.csv", csv_of(company));
  with_parents(sources);
  const Ingested ingested = sources.ingest(128);
  const int circles = company.cut_circles();
  EXPECT_GE(circles, 1);
  expect_families(test::accounts_of(ingested.accounts), company);
  EXPECT_EQ(
      std::ranges::count_if(ingested.report.unmatched,
                            [](const UnmatchedKey& one) { return one.why.starts_with("parents go in a circle"); }),
      circles);
}

TEST(Families, OfFewAccountsAndCircles) {
  Sources sources;
  Company company;
  company.parents = {{"1", "2"}, {"2", "1"}, {"3", "2"}, {"4", "3"}, {"5", "5"}, {"6", "nobody"}, {"7", ""}};
  for (const auto& [id, above] : company.parents) company.values[id] = std::stod(id);
  sources.write("crm.csv", csv_of(company));
  with_parents(sources);
  Journal journal(false);
  const Context context{world(), journal, 2};
  const std::vector<SourceHead> heads = read_heads(context, sources.job);
  check_columns(sources.job, heads);
  const Ingested ingested = intake::ingest_within(context, sources.job, heads, {64, 256});
  EXPECT_EQ(company.cut_circles(), 1);
  expect_families(test::accounts_of(ingested.accounts), company);
  ASSERT_EQ(journal.warnings().size(), 2U);
  EXPECT_EQ(journal.warnings()[0].find("crm.parent: 1 accounts have a parent that is no account"), 0U);
  EXPECT_EQ(journal.warnings()[1].find("crm.parent: 1 circles of parents"), 0U);
}

TEST(Families, OneAccountAndKeysInTheirFormat) {
  Sources sources;
  sources.write("crm.csv", "id,parent,worth\n17.0,,2\n");
  with_parents(sources).key_format = KeyFormat::kInteger;
  Texts accounts = test::accounts_of(sources.ingest().accounts);
  EXPECT_EQ(value_of(accounts, "17", "family"), "17");
  sources.write("crm.csv", "id,parent,worth\n17.0,18.0,2\n18,NA,3\n19,oops,\n");
  accounts = test::accounts_of(sources.ingest().accounts);
  EXPECT_EQ(value_of(accounts, "17", "family"), "18");
  EXPECT_EQ(value_of(accounts, "17", "family_value"), "5");
  EXPECT_EQ(value_of(accounts, "19", "family_value"), "~");
}

TEST(Families, TheirWorthCannotBeWhatTheyAreWorth) {
  Sources sources;
  sources.write("crm.csv", "id,parent,worth\n1,,2\n");
  with_parents(sources);
  sources.job.value.column = {"family_value", 20, 10};
  test::expect_error(ExitCode::kBadJob, {"test.toml:20:10: [value] column: \"family_value\" is worked out from"},
                     [&] { (void)sources.ingest(); });
}

}  // namespace
}  // namespace tessera
