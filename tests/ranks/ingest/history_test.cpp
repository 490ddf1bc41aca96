#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "histories.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;
using test::value_of;

constexpr std::int32_t kNewYear2024 = 19723;

TEST(History, FoldsWhatAccountsDid) {
  Sources sources;
  sources.write("crm.csv", "id,x\nA,1\nB,2\nC,3\n");
  sources.write("orders.csv",
                "id,day,quantity,price,what\n"
                "A,2023-12-22,2,10.5,tea\nA,2023-12-31,-1,4,tea\nA,2023-09-01,3,2,oil\n"
                "B,,1,7,oil\nB,2023-12-31,0,1,\nZ,2023-12-31,1,1,tea\nB,2023-12-31,1,,rum\n");
  sources.source("crm.csv");
  test::history(sources, "orders.csv", "quantity * price").history.category.text = "what";
  const Ingested ingested = sources.ingest(16);
  const Texts accounts = test::accounts_of(ingested.accounts);
  EXPECT_EQ(accounts, test::in_canonical_order(
                          {"A x=1 frequency=3 recency_days=1 tenure_days=122 gap_days=60.5 monetary=23 "
                           "average_order=7.666666666666667 trend=2.8333333333333335 returns=1 category=tea "
                           "share_oil=0.3333333333333333 share_rum=0 share_tea=0.6666666666666666",
                           "B x=2 frequency=3 recency_days=1 tenure_days=1 gap_days=0 monetary=7 "
                           "average_order=2.3333333333333335 trend=~ returns=0 category=oil share_oil=0.5 "
                           "share_rum=0.5 share_tea=0",
                           "C x=3 frequency=0 recency_days=~ tenure_days=~ gap_days=~ monetary=0 average_order=~ "
                           "trend=~ returns=0 category=~ share_oil=~ share_rum=~ share_tea=~"}));
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), "7 6 0 1 0");
  EXPECT_EQ(ingested.report.sources[1].as_of, kNewYear2024);
  EXPECT_EQ(ingested.accounts.columns[2].full_name(), "orders.recency_days");
  EXPECT_TRUE(ingested.accounts.columns[2].missing_is_never);
  EXPECT_FALSE(ingested.accounts.columns[3].missing_is_never);
}

TEST(History, OnlyWhatTheJobNamesIsThere) {
  Sources sources;
  sources.write("crm.csv", "id,x\nA,1\n");
  sources.write("visits.csv", "id,day,note\nA,rubbish,\nA,,x\n");
  sources.source("crm.csv");
  test::history(sources, "visits.csv", "").history.time = {};
  const Ingested ingested = sources.ingest();
  EXPECT_EQ(test::accounts_of(ingested.accounts), Texts{"A x=1 frequency=2"});
  EXPECT_FALSE(ingested.report.sources[1].as_of);
}

TEST(History, LinesReachAccountsThroughTheirOrder) {
  Sources sources;
  sources.write("crm.csv", "id,x\n1,1\n2,2\n");
  sources.write("heads.csv",
                "order,customer,day,rate,note\no1,1.0,2024-01-01,0.5,n\no2,1,2023-12-01,1,n\no3,2,2024-01-02,1,n\n"
                "o4,,2024-01-01,1,n\no5,9,2024-01-01,1,n\no2,1,2023-12-03,1,again\no6,2,2023-12-31,1,no lines\n");
  sources.write("lines.csv",
                "head,price,what\no1,8,a\no1,4,b\no2,1,b\no3,5,a\no3,-2,b\no4,1,a\no5,1,a\no7,1,a\no3,bad,a\n");
  sources.source("crm.csv").key_format = KeyFormat::kInteger;
  test::lookup(sources, "heads.csv");
  SourceSpec& lines = test::history(sources, "lines.csv", "price * rate");
  lines.key = "customer";
  lines.key_format = KeyFormat::kInteger;
  lines.history.category.text = "what";
  test::via_lookup(lines, "heads", "head");
  sources.type("price", ColumnType::kNumber);
  const Ingested ingested = sources.ingest(16);
  EXPECT_EQ(test::accounts_of(ingested.accounts),
            test::in_canonical_order(
                {"1 x=1 frequency=2 recency_days=2 tenure_days=31 gap_days=29 monetary=7 average_order=3.5 trend=~ "
                 "returns=0 category=b share_a=0.3333333333333333 share_b=0.6666666666666666",
                 "2 x=2 frequency=1 recency_days=1 tenure_days=1 gap_days=~ monetary=3 average_order=3 trend=~ "
                 "returns=1 category=a share_a=0.5 share_b=0.5"}));
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), "7 6 1 0 0");
  EXPECT_EQ(test::counts_of(ingested.report.sources[2]), "9 5 0 3 1");
  EXPECT_EQ(test::quarantine_of(ingested.report), Texts{"lines.csv:10 price: not a number [bad]"});
}

TEST(History, RowsAfterAsOfAreSetAside) {
  Sources sources;
  sources.write("crm.csv", "id,x\nA,1\n");
  sources.write("orders.csv", "id,day,price\nA,2024-01-01,1\nA,2023-12-30,2\nA,2024-01-02,4\n");
  sources.write("heads.csv", "order,id,day\no1,A,2024-01-01\no2,A,2024-05-05\n");
  sources.write("lines.csv", "order,price\no1,8\no2,16\no2,32\n");
  sources.source("crm.csv");
  test::lookup(sources, "heads.csv");
  test::history(sources, "orders.csv", "price").history.as_of = kNewYear2024;
  SourceSpec& lines = test::history(sources, "lines.csv", "price");
  lines.history.as_of = kNewYear2024;
  test::via_lookup(lines, "heads", "order");
  const Ingested ingested = sources.ingest(8);
  const Texts accounts = test::accounts_of(ingested.accounts);
  ASSERT_EQ(accounts.size(), 1U);
  EXPECT_EQ(accounts[0],
            "A x=1 frequency=2 recency_days=0 tenure_days=2 gap_days=2 monetary=3 average_order=1.5 trend=~ returns=0 "
            "frequency=1 recency_days=0 tenure_days=0 gap_days=~ monetary=8 average_order=8 trend=~ returns=0");
  EXPECT_EQ(test::quarantine_of(ingested.report),
            (Texts{"lines.csv:3 day: after as_of = \"2024-01-01\" [2024-05-05]",
                   "lines.csv:4 day: after as_of = \"2024-01-01\" [2024-05-05]",
                   "orders.csv:4 day: after as_of = \"2024-01-01\" [2024-01-02]"}));
}

TEST(History, ReturnsByPrefixOfACellThatIsAKeyToo) {
  Sources sources;
  sources.write("orders.csv", "id,day,bill\n1,2024-01-01,C77\n1,2024-01-01,78\n2,2024-01-01, C1\n");
  SourceSpec& orders = test::history(sources, "orders.csv", "");
  orders.history.population = true;
  orders.history.returns.emplace();
  orders.history.returns->column.text = "bill";
  orders.history.returns->prefix = "C";
  const Ingested ingested = sources.ingest(8);
  const Texts accounts = test::accounts_of(ingested.accounts);
  EXPECT_EQ(value_of(accounts, "1", "returns"), "1");
  EXPECT_EQ(value_of(accounts, "2", "returns"), "1");
}

TEST(History, MayBeThePopulation) {
  Sources sources;
  sources.write("orders-1.csv",
                "id,day,price\n17850.0,2024-01-01,1\n,2024-01-01,1\n17850,2024-01-03,2\nx,2024-01-03,2\n");
  sources.write("orders-2.csv", "id,day,price\n3,2024-01-01,10\n");
  sources.write("web.csv", "id,clicks\n3,5\n4,6\n");
  SourceSpec& orders = test::history(sources, "orders-*.csv", "price");
  orders.key_format = KeyFormat::kInteger;
  orders.history.population = true;
  sources.source("web.csv");
  sources.job.sources[0].kind = SourceKind::kHistory;
  sources.job.sources[1].kind = SourceKind::kHistory;
  sources.job.sources[1].history.time = {};
  const Ingested ingested = sources.ingest(16);
  EXPECT_EQ(test::accounts_of(ingested.accounts),
            test::in_canonical_order({"17850 frequency=2 recency_days=1 tenure_days=3 gap_days=2 monetary=3 "
                                      "average_order=1.5 trend=~ returns=0 frequency=0",
                                      "3 frequency=1 recency_days=3 tenure_days=3 gap_days=~ monetary=10 "
                                      "average_order=10 trend=~ returns=0 frequency=1"}));
  EXPECT_EQ(ingested.accounts.n_global, 2U);
  EXPECT_EQ(test::counts_of(ingested.report.sources[0]), "5 3 0 0 2");
  EXPECT_EQ(test::counts_of(ingested.report.sources[1]), "2 1 0 1 0");
}

TEST(History, SharesAreOfTheLargestAndOfThoseNamed) {
  Sources sources;
  std::string text = "id,day,what\n";
  for (int c = 0; c < 20; ++c) {
    for (int i = 0; i < 2 + (c * 7) % 20; ++i) text += fmt::format("A,2024-01-01,c{:02}\n", c);
  }
  sources.write("orders.csv", text);
  SourceSpec& orders = test::history(sources, "orders.csv", "");
  orders.history.population = true;
  orders.history.category.text = "what";
  sources.feature("share_c00");
  sources.feature("orders.share_none");
  const Ingested ingested = sources.ingest();
  Texts shares;
  for (const Column& column : ingested.accounts.columns) {
    if (column.name.starts_with("share_")) shares.push_back(column.name.substr(6));
  }
  // c00, c03, c06 and c09 have the fewest rows; c00 is there because the job names it.
  EXPECT_EQ(shares, (Texts{"c00", "c01", "c02", "c04", "c05", "c07", "c08", "c10", "c11", "c12", "c13", "c14", "c15",
                           "c16", "c17", "c18", "c19", "none"}));
  const Texts accounts = test::accounts_of(ingested.accounts);
  EXPECT_EQ(value_of(accounts, "A", "share_none"), "0");
  EXPECT_EQ(value_of(accounts, "A", "category"), "c17");
}

TEST(History, WhatIsWrongIsNamedBeforeRowsAreRead) {
  Sources sources;
  sources.write("crm.csv", "id,x\nA,1\n");
  sources.write("heads.csv", "order,id,day\no1,A,2024-01-01\n");
  sources.write("orders.csv", "order,price,what\no1,1,a\n");
  sources.source("crm.csv");
  test::lookup(sources, "heads.csv");
  SourceSpec& orders = test::history(sources, "orders.csv", "prise * 2");
  orders.key = "idd";
  test::via_lookup(orders, "heads", "ordr");
  orders.history.time.text = "when";
  sources.feature("orders.recency");
  sources.feature("price");
  ColumnSpec& described = sources.column("orders.monetary");
  described.min = 0.0;
  test::expect_error(
      ExitCode::kBadJob,
      {"[[source]] \"orders\" key: \"idd\" is no column of heads; did you mean \"id\"?",
       "[[source]] \"orders\" key of via: \"ordr\" is no column of orders; did you mean \"order\"?",
       "[[source]] \"orders\" amount: \"prise\" is no column of orders or heads; did you mean \"price\"?",
       "[[source]] \"orders\" time: \"when\" is no column of orders or heads",
       "no source has a column \"orders.recency\"", "no source has a column \"price\"",
       "[columns.orders.monetary]: the run works this column out"},
      [&] { (void)sources.ingest(); });
}

TEST(History, ColumnsOfTheWrongTypeAreRefused) {
  Sources sources;
  sources.write("crm.csv", "id,x\nA,1\n");
  sources.write("orders.csv", "id,day,price\nA,2024-01-01,cheap\nA,2024-01-02,dear\n");
  sources.source("crm.csv");
  test::history(sources, "orders.csv", "price * 2").history.time.text = "price";
  sources.feature("orders.monetary");
  test::expect_error(ExitCode::kBadJob,
                     {"[[source]] \"orders\" time: orders.price is category", "where a date is needed",
                      "[[source]] \"orders\" amount: orders.price is category", "where a number is needed"},
                     [&] { (void)sources.ingest(); });
}

TEST(History, NothingCanBeSaidOfAColumnThatIsNotRead) {
  Sources sources;
  sources.write("orders.csv", "id,day,price,note\nA,2024-01-01,1,x\n");
  test::history(sources, "orders.csv", "price").history.population = true;
  sources.type("price", ColumnType::kNumber);
  sources.type("orders.note", ColumnType::kCategory);
  test::expect_error(ExitCode::kBadJob, {"[columns.orders.note]: no source needs orders.note, so it is not read"},
                     [&] { (void)sources.ingest(); });
}

TEST(History, NoRowsAtAll) {
  Sources sources;
  sources.write("crm.csv", "id,x\nA,1\n");
  sources.write("heads.csv", "order,id,day\n");
  sources.write("lines.csv", "order,price,what\n");
  sources.source("crm.csv");
  test::lookup(sources, "heads.csv");
  SourceSpec& lines = test::history(sources, "lines.csv", "price");
  lines.history.category.text = "what";
  test::via_lookup(lines, "heads", "order");
  const Ingested ingested = sources.ingest();
  EXPECT_EQ(test::accounts_of(ingested.accounts),
            Texts{"A x=1 frequency=0 recency_days=~ tenure_days=~ gap_days=~ monetary=0 average_order=~ trend=~ "
                  "returns=0 category=~"});
  EXPECT_FALSE(ingested.report.sources[2].as_of);
}

}  // namespace
}  // namespace tessera
