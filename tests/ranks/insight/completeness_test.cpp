#include "tessera/completeness.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "core/grid.hpp"
#include "core/special_numbers.hpp"
#include "parallel/communicator.hpp"
#include "ranks_test.hpp"

namespace tessera {
namespace {

const std::vector<std::string> kSectors = {"bank", "oil", "tech"};

struct Account {
  AccountKey key;
  int macro = 0;
  double employees = 0.0;
  std::int32_t sector = -1;
  std::int8_t exports = -1;
  std::int32_t founded = kMissingDate;
  double orders = kNaN;
  bool is_customer = false;
  bool is_filled = false;
};

/// Every cell is missing somewhere; the last macro segment has no employees at all, and one has only one sector.
std::vector<Account> accounts_of(std::size_t n) {
  std::vector<Account> accounts(n);
  for (std::size_t i = 0; i < n; ++i) {
    Account& one = accounts[i];
    one.key = account_key("account " + std::to_string(i));
    const std::uint64_t draw = one.key.lo >> 8;
    one.macro = static_cast<int>(i % 4);
    one.employees = i % 3 == 0 || one.macro == 3 ? kNaN : static_cast<double>(draw % 997) * (1.0 + one.macro);
    one.sector = i % 5 == 0 ? -1 : one.macro == 2 ? 1 : static_cast<std::int32_t>(draw % 3);
    one.exports = i % 7 == 0 ? std::int8_t{-1} : static_cast<std::int8_t>(draw % 2);
    one.founded = i % 11 == 0 ? kMissingDate : static_cast<std::int32_t>(draw % 20000);
    one.orders = i % 2 == 0 ? kNaN : 1.0;
    one.is_customer = i % 3 != 1;
    one.is_filled = i % 10 == 1;
  }
  std::ranges::sort(accounts, {}, &Account::key);
  return accounts;
}

AccountTable table_of(std::span<const Account> accounts, std::size_t n_global, std::size_t first) {
  NumberColumn employees, orders;
  CategoryColumn sector{{}, kSectors};
  FlagColumn exports;
  DateColumn founded;
  TextColumn name;
  AccountTable table;
  for (const Account& one : accounts) {
    table.keys.push_back(one.key);
    table.ids.push_back("x");
    employees.values.push_back(one.employees);
    orders.values.push_back(one.orders);
    sector.codes.push_back(one.sector);
    exports.values.push_back(one.exports);
    founded.days.push_back(one.founded);
    name.push_back(one.is_customer ? "named" : "");
  }
  table.n_local = accounts.size();
  table.n_global = n_global;
  table.first_global = first;
  table.columns = {{"crm", "employees", ColumnType::kNumber, employees},
                   {"crm", "sector", ColumnType::kCategory, sector},
                   {"crm", "exports", ColumnType::kFlag, exports},
                   {"crm", "founded", ColumnType::kDate, founded},
                   {"crm", "name", ColumnType::kText, name},
                   {"orders", "gap", ColumnType::kNumber, orders}};
  return table;
}

EncodedFeature number(const std::string& column, double fill, double offset, double scale) {
  EncodedFeature feature;
  feature.column = feature.name = column;
  feature.fill = fill;
  feature.offset = offset;
  feature.scale = scale;
  feature.clip = 7.0;
  return feature;
}

EncodedFeature indicator(const std::string& column, const std::string& category) {
  EncodedFeature feature = number(column, 0.0, 0.25, 1.0);
  feature.category = category;
  feature.is_indicator = true;
  feature.is_unknown = category == "(unknown)";
  return feature;
}

/// Two segmentations: one by all kinds of columns, one of customers by two of them.
std::vector<FeatureEncoding> encodings() {
  FeatureEncoding all, customers;
  all.features = {number("crm.employees", 300, 400, 350), number("crm.exports", 0, 0.5, 0.7),
                  number("orders.gap", 0, 0, 1)};
  all.features.front().transform = Transform::kLog1p;
  all.features.front().offset = 5.0;
  all.features.front().scale = 1.5;
  for (const char* sector : {"bank", "oil", "tech", "(unknown)"})
    all.features.push_back(indicator("crm.sector", sector));
  all.exponent = -1;
  customers.features = {number("crm.founded", 9000, 10000, 5000), number("crm.employees", 500, 600, 500)};
  return {all, customers};
}

/// Some centroids on the grid, and the plain nearest of them: what "segment" means in this test.
std::vector<std::int32_t> plain_segments(const FeatureTiles& tiles, int k) {
  std::vector<std::int32_t> segments;
  for (std::size_t i = 0; i < tiles.n_local(); ++i) {
    double least = std::numeric_limits<double>::infinity();
    std::int32_t nearest = -1;
    for (int c = 0; c < k; ++c) {
      double distance = 0.0;
      for (int f = 0; f < tiles.d(); ++f) {
        const double centre = 0.5 * std::sin(1.7 * c + 0.9 * f);
        distance += (tiles.at(i, f) - centre) * (tiles.at(i, f) - centre);
      }
      if (distance >= least) continue;
      least = distance;
      nearest = c;
    }
    segments.push_back(nearest);
  }
  return segments;
}

/// The cells of one column as doubles, and back.
double cell(const Account& one, const std::string& column) {
  if (column == "employees") return one.employees;
  if (column == "sector") return one.sector < 0 ? kNaN : one.sector;
  if (column == "exports") return one.exports < 0 ? kNaN : one.exports;
  return one.founded == kMissingDate ? kNaN : one.founded;
}

/// Type 7 of Hyndman and Fan, by sorting.
double plain_quantile(std::vector<double> values, double p) {
  std::ranges::sort(values);
  const double place = p * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double above = values[std::min(below + 1, values.size() - 1)];
  return values[below] + (place - static_cast<double>(below)) * (above - values[below]);
}

std::vector<double> plain_values(const std::vector<Account>& accounts, const std::string& column, int macro) {
  std::vector<double> present;
  for (const Account& one : accounts)
    if ((macro < 0 || one.macro == macro) && !std::isnan(cell(one, column))) present.push_back(cell(one, column));
  if (present.empty()) return macro < 0 ? std::vector<double>() : plain_values(accounts, column, -1);
  std::vector<double> values;
  if (column == "employees" || column == "founded") {
    for (const double p : {0.05, 0.25, 0.5, 0.75, 0.95}) values.push_back(plain_quantile(present, p));
  } else {
    std::map<double, std::size_t> counts;
    for (const double value : present) ++counts[value];
    for (const auto& [value, count] : counts)
      if (100 * count >= present.size()) values.push_back(value);
  }
  return values;
}

/// Encodes one account with a value by the same formula, one cell at a time; NaN: as it is.
std::int32_t plain_segment(Account one, const std::string& column, double value, const FeatureEncoding& encoding,
                           int k) {
  if (!std::isnan(value)) {
    if (column == "employees") one.employees = value;
    if (column == "sector") one.sector = static_cast<std::int32_t>(value);
    if (column == "exports") one.exports = static_cast<std::int8_t>(value);
  }
  AccountTable table = table_of(std::span(&one, 1), 1, 0);
  if (column == "founded" && !std::isnan(value)) {  // a day between two days is a number
    NumberColumn founded;
    founded.values = {value};
    table.columns[3] = {"crm", "founded", ColumnType::kNumber, founded};
  }
  const std::vector<std::uint32_t> row{0};
  return plain_segments(encode(encoding, table, row, 1), k).front();
}

struct Fixture {
  std::vector<Account> accounts;
  AccountTable table;
  MacroSegments macros;
  Job job;
  std::vector<FeatureEncoding> encoded = encodings();
  std::vector<FittedSegments> segmentations;
  std::vector<std::uint32_t> filled;

  explicit Fixture(std::size_t n, bool with_macros = true) : accounts(accounts_of(n)) {
    const auto ranks = static_cast<std::size_t>(test::world().size());
    const auto rank = static_cast<std::size_t>(test::world().rank());
    const std::size_t begin = n * rank / ranks, end = n * (rank + 1) / ranks;
    const auto mine = std::span<const Account>(accounts).subspan(begin, end - begin);
    table = table_of(mine, n, begin);
    for (int m = 0; with_macros && m < 4; ++m) macros.segments.push_back({"macro " + std::to_string(m), "", {}, 0});
    segmentations.resize(2);
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (with_macros) macros.of_account.push_back(mine[i].macro);
      segmentations[0].is_in.push_back(1);
      segmentations[1].is_in.push_back(mine[i].is_customer ? 1 : 0);
      if (mine[i].is_filled) filled.push_back(static_cast<std::uint32_t>(i));
    }
    if (!with_macros)
      for (Account& one : accounts) one.macro = 0;
    for (std::size_t s = 0; s < 2; ++s) {
      segmentations[s].encodings = {&encoded[s]};
      segmentations[s].segment_of = [s](std::span<const FeatureTiles* const> tiles, std::span<const std::uint32_t>) {
        return plain_segments(*tiles.front(), 5 + static_cast<int>(s));
      };
    }
    job.sources.resize(2);
    job.sources[0].name = "crm";
    job.sources[1].name = "orders";
    job.sources[1].kind = SourceKind::kHistory;
  }

  [[nodiscard]] bool could_change(const Account& one, const std::string& column) const {
    for (std::size_t s = 0; s < 2; ++s) {
      if (s == 1 && (!one.is_customer || column == "sector" || column == "exports")) continue;
      if (s == 0 && column == "founded") continue;
      const int k = 5 + static_cast<int>(s);
      for (const double value : plain_values(accounts, column, one.macro))
        if (plain_segment(one, column, value, encoded[s], k) != plain_segment(one, column, kNaN, encoded[s], k))
          return true;
    }
    return false;
  }
  [[nodiscard]] Completeness take(std::int64_t most_asked = kMostAsked) const {
    Journal journal(false);
    const Context context{test::world(), journal, test::threads()};
    return completeness_of(context, job, table, macros,
                           {{"crm.sector", "provider", &filled}, {"crm.sector", "registry", &filled}}, segmentations,
                           most_asked);
  }
};

const CompletenessRow& row_of(const Completeness& found, const std::string& column, const std::string& macro) {
  const auto row = std::ranges::find_if(
      found.rows, [&](const CompletenessRow& one) { return one.column == column && one.macro == macro; });
  EXPECT_NE(row, found.rows.end()) << column << " " << macro;
  return *row;
}

TEST(Completeness, IsWhatAPlainLoopFinds) {
  const Fixture fixture(300);
  const Completeness found = fixture.take();
  ASSERT_EQ(found.rows.size(), 6U * 4U);
  std::map<std::string, std::int64_t> changes;
  for (const std::string column : {"employees", "sector", "exports", "founded"}) {
    for (int m = 0; m < 4; ++m) {
      CompletenessRow wanted;
      for (const Account& one : fixture.accounts) {
        if (one.macro != m) continue;
        const bool missing = std::isnan(cell(one, column));
        ++(missing ? wanted.missing : wanted.present);
        wanted.could_change += missing && fixture.could_change(one, column) ? 1 : 0;
        wanted.filled += column == "sector" && one.is_filled ? 2 : 0;
      }
      const CompletenessRow& row = row_of(found, "crm." + column, "macro " + std::to_string(m));
      EXPECT_EQ(row.present, wanted.present) << column << m;
      EXPECT_EQ(row.missing, wanted.missing) << column << m;
      EXPECT_EQ(row.could_change, wanted.could_change) << column << m;
      EXPECT_EQ(row.filled, wanted.filled) << column << m;
      EXPECT_EQ(row.filled_by, wanted.filled > 0 ? "provider, registry" : "");
      changes["crm." + column] += wanted.could_change;
    }
  }
  EXPECT_GT(changes["crm.employees"], 10) << "a test without changes shows nothing";
  EXPECT_GT(changes["crm.sector"], 10);
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
  for (const MissingColumn& column : found.to_buy) {
    EXPECT_EQ(column.could_change, changes[column.column]) << column.column;
    EXPECT_FALSE(column.is_estimate);
    EXPECT_EQ(column.share, static_cast<double>(column.could_change) / 300.0);
    EXPECT_LE(column.could_change, last) << "the most telling first";
    last = column.could_change;
    changes.erase(column.column);
  }
  for (const auto& [column, count] : changes) EXPECT_EQ(count, 0) << column << " is not told of";
}

TEST(Completeness, WhatNobodySellsAndWhatIsNoFeatureIsNotAsked) {
  Fixture fixture(120);
  for (const SourceKind kind : {SourceKind::kContacts, SourceKind::kFeedback, SourceKind::kHistory}) {
    fixture.job.sources[1].kind = kind;
    const Completeness found = fixture.take();
    EXPECT_EQ(row_of(found, "orders.gap", "macro 0").could_change, 0);
    EXPECT_GT(row_of(found, "orders.gap", "macro 0").missing, 0);
  }
  fixture.job.sources[1].kind = SourceKind::kAccounts;
  EXPECT_GT(row_of(fixture.take(), "orders.gap", "macro 0").could_change, 0) << "nothing would be shown";
  fixture.job.sources[1].kind = SourceKind::kHistory;
  const Completeness found = fixture.take();
  EXPECT_EQ(row_of(found, "crm.name", "macro 1").could_change, 0);
  EXPECT_EQ(row_of(found, "crm.name", "macro 1").present + row_of(found, "crm.name", "macro 1").missing, 30);
}

TEST(Completeness, ASampleIsChosenByKeyAndScaledInWholeNumbers) {
  const Fixture fixture(300);
  constexpr std::int64_t kMost = 40;
  const Completeness found = fixture.take(kMost);
  const auto employees = std::ranges::find(found.to_buy, "crm.employees", &MissingColumn::column);
  ASSERT_NE(employees, found.to_buy.end());
  std::int64_t missing = 0;
  for (const Account& one : fixture.accounts) missing += std::isnan(one.employees) ? 1 : 0;
  const auto below =
      static_cast<std::uint64_t>((static_cast<unsigned __int128>(kMost) << 64U) / static_cast<unsigned>(missing));
  std::vector<std::int64_t> asked(5), changed(5), all(5);
  for (const Account& one : fixture.accounts) {
    if (!std::isnan(one.employees)) continue;
    const auto m = static_cast<std::size_t>(one.macro);
    ++all[m];
    if (one.key.lo >= below) continue;
    const int moves = fixture.could_change(one, "employees") ? 1 : 0;
    ++asked[m];
    ++asked[4];
    changed[m] += moves;
    changed[4] += moves;
  }
  EXPECT_TRUE(employees->is_estimate);
  EXPECT_EQ(employees->missing, missing);
  EXPECT_EQ(employees->asked, asked[4]);
  std::int64_t total = 0;
  for (std::size_t m = 0; m < 4; ++m) {
    const std::size_t speaker = asked[m] > 0 ? m : 4;
    const std::int64_t wanted = (changed[speaker] * all[m] + asked[speaker] / 2) / asked[speaker];
    EXPECT_EQ(row_of(found, "crm.employees", "macro " + std::to_string(m)).could_change, wanted) << m;
    total += wanted;
  }
  EXPECT_EQ(employees->could_change, total);
}

TEST(Completeness, WithoutCriteriaAllAccountsAreOneGroup) {
  const Fixture fixture(90, false);
  const Completeness found = fixture.take();
  ASSERT_EQ(found.rows.size(), 6U);
  std::int64_t wanted = 0;
  for (const Account& one : fixture.accounts)
    wanted += std::isnan(one.employees) && fixture.could_change(one, "employees") ? 1 : 0;
  EXPECT_EQ(row_of(found, "crm.employees", "").could_change, wanted);
}

TEST(Completeness, OneAccountAndNone) {
  EXPECT_EQ(Fixture(1).take().rows.size(), 24U);
  const Completeness found = Fixture(0).take();
  EXPECT_TRUE(found.to_buy.empty());
  for (const CompletenessRow& row : found.rows) EXPECT_EQ(row.present + row.missing, 0);
}

}  // namespace
}  // namespace tessera
