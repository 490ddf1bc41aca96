#include <fmt/format.h>
#include <gtest/gtest.h>

#include "histories.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;
using test::value_of;

/// "read used duplicates unmatched quarantined", then the forgotten.
std::string counts_of(const SourceReport& report) {
  return test::counts_of(report) + fmt::format(" {}", report.forgotten);
}

void forget(Sources& sources, const std::string& list) {
  sources.job.forget_path = sources.write("forget.csv", list);
}

TEST(Forget, LeavesAccountsOutOfEverySourceByItsOwnKeyFormat) {
  Sources sources;
  sources.write("crm.csv", "id,x\nA1,1\na2,2\nB3,3\nA1,9\nB3,bad\nC4,bad\n");
  sources.write("web.csv", "id,clicks\na1,5\n B3 ,6\nZ9,7\nA2,8\n");
  sources.source("crm.csv").key_format = KeyFormat::kUpper;
  sources.source("web.csv").key_format = KeyFormat::kUpper;
  sources.type("x", ColumnType::kNumber);
  sources.job.max_quarantined = 0.9;
  forget(sources, "id\nb3\n a1\nNobody\nA1\n");
  const Ingested ingested = sources.ingest(8);
  EXPECT_EQ(test::accounts_of(ingested.accounts), Texts({"A2 x=2 clicks=8"}));
  EXPECT_EQ(counts_of(ingested.report.sources[0]), "6 1 0 0 1 4");
  EXPECT_EQ(counts_of(ingested.report.sources[1]), "4 1 0 1 0 2");
  EXPECT_EQ(test::quarantine_of(ingested.report), Texts({"crm.csv:7 x: not a number [(withheld)]"}));
  ASSERT_TRUE(ingested.report.forget);
  EXPECT_EQ(ingested.report.forget->ids, 3U);
  EXPECT_EQ(ingested.report.forget->unknown, 1U);
}

TEST(Forget, ComparesIdsAsThePopulationHasThem) {
  Sources sources;
  sources.write("crm.csv", "id,x\n17850.0,1\n13047,2\n");
  sources.write("web.csv", "id,clicks\n17850,5\n13047,6\n");
  sources.source("crm.csv").key_format = KeyFormat::kInteger;
  sources.source("web.csv");
  forget(sources, "17850.00\nno number\n");
  const Ingested ingested = sources.ingest(8);
  EXPECT_EQ(test::accounts_of(ingested.accounts), Texts({"13047 x=2 clicks=6"}));
  EXPECT_EQ(counts_of(ingested.report.sources[0]), "2 1 0 0 0 1");
  EXPECT_EQ(counts_of(ingested.report.sources[1]), "2 1 0 0 0 1");
  EXPECT_EQ(ingested.report.forget->unknown, 1U);
}

TEST(Forget, ReachesHistoriesThatAreThePopulationAndTheirNewestDay) {
  Sources sources;
  std::string rows = "id,day,price\nA,2024-01-09,1\nB,bad day,2\nB,2024-03-01,2\n";
  for (int i = 0; i < 100; ++i) rows += fmt::format("{},2024-01-0{},2\n", "ABC"[i % 3], 1 + i % 7);
  sources.write("orders.csv", rows);
  test::history(sources, "orders.csv", "price").history.population = true;
  forget(sources, "B\n");
  const Ingested ingested = sources.ingest(32);
  const Texts accounts = test::accounts_of(ingested.accounts);
  EXPECT_EQ(accounts.size(), 2U);
  EXPECT_EQ(value_of(accounts, "A", "frequency"), "35");
  EXPECT_EQ(value_of(accounts, "A", "recency_days"), "1") << "the forgotten must not show in as_of";
  EXPECT_EQ(counts_of(ingested.report.sources[0]), "103 68 0 0 0 35");
}

TEST(Forget, ReachesRowsThroughTheirLookup) {
  Sources sources;
  sources.write("crm.csv", "id,x\nA,1\nB,2\n");
  sources.write("heads.csv", "order,customer\n1,A\n2,b\n3,B\n4,A\n2,B\n");
  std::string lines = "order,day,price\n2,2024-01-01,bad\n1,2024-01-01,bad\n9,2024-01-01,1\n";
  for (int i = 0; i < 40; ++i) lines += fmt::format("{},2024-01-01,1\n", 1 + i % 4);
  sources.write("lines.csv", lines);
  sources.source("crm.csv");
  test::lookup(sources, "heads.csv").key_format = KeyFormat::kTrimmed;
  SourceSpec& orders = test::history(sources, "lines.csv", "price");
  orders.key = "customer";
  orders.key_format = KeyFormat::kUpper;
  test::via_lookup(orders, "heads", "order");
  sources.job.max_quarantined = 0.5;
  forget(sources, "B\n");
  const Ingested ingested = sources.ingest(32);
  const Texts accounts = test::accounts_of(ingested.accounts);
  ASSERT_EQ(accounts.size(), 1U);
  EXPECT_EQ(value_of(accounts, "A", "monetary"), "20");
  EXPECT_EQ(counts_of(ingested.report.sources[1]), "5 2 0 0 0 3");
  EXPECT_EQ(counts_of(ingested.report.sources[2]), "43 20 0 1 1 21");
  EXPECT_EQ(test::quarantine_of(ingested.report).size(), 1U);
}

TEST(Forget, AnEmptyListIsAnError) {
  Sources sources;
  sources.write("crm.csv", "id,x\nA,1\n");
  sources.source("crm.csv");
  forget(sources, "id\n");
  test::expect_error(ExitCode::kBadData, {"forget.csv", "no account id"}, [&] { (void)sources.ingest(); });
  sources.job.forget_path = sources.path("nowhere.csv");
  test::expect_error(ExitCode::kNoInput, {"nowhere.csv"}, [&] { (void)sources.ingest(); });
}

TEST(Forget, EverybodyLeavesAnEmptyPopulation) {
  Sources sources;
  sources.write("crm.csv", "id,x\nA,1\n");
  sources.source("crm.csv");
  forget(sources, "A\n");
  test::expect_error(ExitCode::kBadData, {"the population is empty"}, [&] { (void)sources.ingest(); });
}

}  // namespace
}  // namespace tessera
