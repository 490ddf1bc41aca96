#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "core/exact_sum.hpp"
#include "core/iso_date.hpp"
#include "histories.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;

/// What the test itself knows of an account, by plain serial means.
struct Expected {
  std::uint64_t rows = 0;
  std::set<std::string> orders;
  std::uint64_t returns = 0;
  std::int32_t first = std::numeric_limits<std::int32_t>::max(), last = std::numeric_limits<std::int32_t>::min();
  ExactSum total, last_quarter, quarter_before;
  std::map<std::string, int> categories;
};

std::string shown(double x) {
  return std::isfinite(x) ? fmt::format("{}", x) : "~";
}

std::string line_of(const std::string& id, const Expected& e, std::int32_t as_of, bool by_order) {
  const auto n = static_cast<double>(by_order ? e.orders.size() : e.rows);
  const double before = e.quarter_before.value();
  std::string top = "~";
  int most = 0;
  for (const auto& [category, rows] : e.categories) {
    if (rows > most) top = category;
    most = std::max(most, rows);
  }
  return fmt::format(
      "{} frequency={} recency_days={} tenure_days={} gap_days={} monetary={} average_order={} trend={} "
      "returns={} category={}",
      id, shown(n), as_of - e.last, as_of - e.first,
      n > 1 ? shown(static_cast<double>(e.last - e.first) / (n - 1)) : "~", shown(e.total.value()),
      shown(e.total.value() / n), before > 0 ? shown(e.last_quarter.value() / before) : "~", e.returns, top);
}

/// 3 000 lines of 900 orders of 40 accounts, amounts of every size and sign, in a random order over three files.
struct Company {
  std::vector<std::string> lines, joined_lines, heads;
  std::map<std::string, Expected> accounts;
  std::int32_t as_of = 0;

  explicit Company(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const std::int32_t start = 19000;
    std::vector<std::pair<std::string, std::int32_t>> orders;
    for (int o = 0; o < 900; ++o) {
      const std::string id = fmt::format("acc {}", o % 3 == 0 ? 0 : random() % 40);
      const auto day = start + static_cast<std::int32_t>(random() % 400);
      orders.emplace_back(id, day);
      heads.push_back(fmt::format("o{},{},{}\n", o, id, iso_date(day)));
      as_of = std::max(as_of, day + 1);
    }
    // Every order has a line, so that the newest day is that of rows and of the lookup alike.
    for (int l = 0; l < 3000; ++l) add_line(l < 900 ? l : static_cast<int>(random() % 900), orders, random);
    for (auto* texts : {&lines, &joined_lines, &heads}) std::shuffle(texts->begin(), texts->end(), random);
  }

 private:
  void add_line(int o, const std::vector<std::pair<std::string, std::int32_t>>& orders, std::mt19937_64& random) {
    const auto& [id, day] = orders[static_cast<std::size_t>(o)];
    const double scales[] = {1e-30, 0.01, 1.0, 1e15, 1e300};
    const double price = static_cast<double>(random() % 100'000) / 64 * scales[random() % 32 < 2 ? random() % 5 : 1];
    const double quantity = static_cast<double>(random() % 13) - 3.0;
    const double discount = static_cast<double>(random() % 4) * 0.05;
    const std::string category = random() % 9 == 0 ? "" : fmt::format("k{}", random() % 6);
    const std::string tail = fmt::format("{},{},{},{}\n", price, quantity, discount, category);
    lines.push_back(fmt::format("o{},{}", o, tail));
    joined_lines.push_back(fmt::format("{},{},{}", id, iso_date(day), tail));
    Expected& e = accounts[id];
    const double amount = price * quantity * (1 - discount);
    ++e.rows;
    e.orders.insert(std::to_string(o));
    e.returns += amount < 0 ? 1 : 0;
    e.first = std::min(e.first, day);
    e.last = std::max(e.last, day);
    e.total.add(amount);
    days.emplace_back(id, day, amount);
    if (!category.empty()) ++e.categories[category];
  }

 public:
  std::vector<std::tuple<std::string, std::int32_t, double>> days;
  Texts expected(bool by_order) {
    for (const auto& [id, day, amount] : days) {
      if (as_of - day <= 91) accounts[id].last_quarter.add(amount);
      if (as_of - day > 91 && as_of - day <= 182) accounts[id].quarter_before.add(amount);
    }
    days.clear();
    Texts texts;
    for (const auto& [id, e] : accounts) texts.push_back(line_of(id, e, as_of, by_order));
    return texts;
  }
};

std::string joined(const std::string& header, const std::vector<std::string>& rows, std::size_t part,
                   std::size_t parts) {
  std::string text = header;
  for (std::size_t i = rows.size() * part / parts; i < rows.size() * (part + 1) / parts; ++i) text += rows[i];
  return text;
}

/// Without shares, whose names would need escaping here.
Texts without_shares(Texts accounts) {
  for (std::string& line : accounts) line.resize(line.find(" share_"));
  return accounts;
}

Texts sorted(Texts texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

TEST(HistoryRandom, EveryBitIsThatOfASerialFold) {
  Company company(21);
  Sources sources;
  for (std::size_t f = 0; f < 3; ++f)
    sources.write(fmt::format("orders-{}.csv", f),
                  joined("id,day,price,quantity,discount,what\n", company.joined_lines, f, 3));
  SourceSpec& orders = test::history(sources, "orders-*.csv", "price * quantity * (1 - discount)");
  orders.history.population = true;
  orders.history.category.text = "what";
  const Ingested ingested = sources.ingest(200);
  EXPECT_EQ(sorted(without_shares(test::accounts_of(ingested.accounts))), sorted(company.expected(false)));
  EXPECT_EQ(ingested.report.sources[0].as_of, company.as_of);
}

TEST(HistoryRandom, TheSameThroughALookup) {
  Company company(22);
  Sources sources;
  sources.write("heads.csv", joined("order,account,day\n", company.heads, 0, 1));
  for (std::size_t f = 0; f < 3; ++f)
    sources.write(fmt::format("lines-{}.csv", f), joined("order,price,quantity,discount,what\n", company.lines, f, 3));
  SourceSpec& lines = test::history(sources, "lines-*.csv", "price * quantity * (1 - discount)");
  lines.key = "account";
  lines.history.population = true;
  lines.history.category.text = "what";
  test::via_lookup(lines, "heads", "order");
  test::lookup(sources, "heads.csv");
  const Ingested ingested = sources.ingest(300);
  EXPECT_EQ(sorted(without_shares(test::accounts_of(ingested.accounts))), sorted(company.expected(true)));
  EXPECT_EQ(ingested.report.sources[0].as_of, company.as_of);
}

TEST(HistoryRandom, OneAccountMayHaveMostRows) {
  std::string text = "id,day,price\n";
  constexpr int kRows = 150'000;
  for (int i = 0; i < kRows; ++i)
    text += i % 1000 == 7 ? fmt::format("x{},2024-01-01,1\n", i) : "whale,2024-01-01,0.1\n";
  Sources sources;
  sources.write("orders.csv", text);
  test::history(sources, "orders.csv", "price").history.population = true;
  const Texts accounts = test::accounts_of(sources.ingest(std::size_t{1} << 16).accounts);
  EXPECT_EQ(accounts.size(), 151U);
  EXPECT_EQ(test::value_of(accounts, "whale", "frequency"), "149850");
  // 149,850 times the double nearest to 0.1, rounded once.
  ExactSum sum;
  for (int i = 0; i < 149'850; ++i) sum.add(0.1);
  EXPECT_EQ(test::value_of(accounts, "whale", "monetary"), fmt::format("{}", sum.value()));
}

}  // namespace
}  // namespace tessera
