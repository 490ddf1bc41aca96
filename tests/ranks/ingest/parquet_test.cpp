#include <gtest/gtest.h>

#include <string>

#include "job/parquet_support.hpp"
#include "sources.hpp"

#ifdef TESSERA_READS_PARQUET
#include "parquet_columns.hpp"
#endif

namespace tessera {
namespace {

#ifdef TESSERA_READS_PARQUET

using test::ParquetColumn;
using test::Sources;
using test::Texts;

Texts outcome(const std::string& file, const std::string& bytes, const std::vector<ParquetColumn>& columns) {
  Sources sources;
  sources.source(file);
  for (const ParquetColumn& column : columns) {
    if (column.name != "id") sources.type(column.name, column.type);
  }
  sources.write(file, bytes);
  const Ingested ingested = sources.ingest(1000);
  Texts told = test::accounts_of(ingested.accounts);
  told.push_back(test::counts_of(ingested.report.sources[0]));
  EXPECT_EQ(ingested.report.sources[0].files[0].bytes, bytes.size());
  return told;
}

TEST(Parquet, GivesTheAccountsOfTheSameDataAsCsv) {
  const std::vector<ParquetColumn> columns = test::parquet_columns(700);
  const Texts csv = outcome("s.csv", test::csv_of(columns), columns);
  ASSERT_EQ(csv.size(), 701U);
  ASSERT_EQ(csv.back(), "700 700 0 0 0");
  EXPECT_EQ(outcome("s.parquet", test::parquet_of(columns, 300), columns), csv) << "groups of rows";
  EXPECT_EQ(outcome("s-1.bin", test::parquet_of(columns, 100'000), columns), csv) << "known by its bytes";
}

TEST(Parquet, FilesAreSharedAndRowsInQuarantineHaveTheirPlace) {
  Sources sources;
  sources.source("s-*.parquet");
  sources.type("text", ColumnType::kNumber);
  for (int f = 0; f < 3; ++f) {
    const std::string dirt = f == 1 ? "dirt" : "8";
    sources.write("s-" + std::to_string(f) + ".parquet",
                  test::parquet_of({test::text_column("id", {"a" + std::to_string(f), "b"}),
                                    test::text_column("text", {dirt, std::to_string(f)})},
                                   10));
  }
  const Ingested ingested = sources.ingest();
  EXPECT_EQ(test::accounts_of(ingested.accounts), test::in_canonical_order({"a0 text=8", "a2 text=8", "b text=2"}));
  EXPECT_EQ(test::quarantine_of(ingested.report), Texts{"s-1.parquet:1 text: not a number [dirt]"});
}

TEST(Parquet, ADayBeyondTheCalendarIsNoDate) {
  Sources sources;
  sources.source("s.parquet");
  sources.type("day", ColumnType::kDate);
  sources.write("s.parquet", test::parquet_of({test::text_column("id", {"a", "b", "c", "d"}),
                                               test::days_column("day", {-719'162, 2'932'896, 2'932'897, -719'163})},
                                              10));
  const Ingested ingested = sources.ingest();
  EXPECT_EQ(test::accounts_of(ingested.accounts), test::in_canonical_order({"a day=-719162", "b day=2932896"}));
  EXPECT_EQ(test::quarantine_of(ingested.report),
            (Texts{"s.parquet:3 day: not a date (year or day first) [2932897 days since 1970-01-01]",
                   "s.parquet:4 day: not a date (year or day first) [-719163 days since 1970-01-01]"}));
}

TEST(Parquet, WhatNoCellCanHoldIsNamedAndDamageIsAnError) {
  Sources sources;
  sources.source("s.parquet");
  const auto ingest = [&] { static_cast<void>(sources.ingest()); };
  sources.write("s.parquet", test::parquet_of({test::text_column("id", {"a"}), test::list_column("tags")}, 10));
  test::expect_error(ExitCode::kBadData, {"s.parquet: column \"tags\" is of the type list<", "deliver it flattened"},
                     ingest);
  const std::string whole = test::parquet_of(test::parquet_columns(50), 10);
  sources.write("s.parquet", whole.substr(0, whole.size() / 2));
  test::expect_error(ExitCode::kBadData, {"s.parquet: it cannot be read as Parquet", "deliver it again"}, ingest);
  sources.write("s.parquet", "id,x\n1,2\n");
  test::expect_error(ExitCode::kBadData, {"s.parquet: it cannot be read as Parquet"}, ingest);
}

#else

TEST(Parquet, IsRefusedByABuildWithoutArrow) {
  test::Sources sources;
  sources.source("s.bin");
  sources.write("s.bin", "PAR1 and so on");
  test::expect_error(ExitCode::kBadJob, {"s.bin: this build of Tessera reads no Parquet: ", "TESSERA_PARQUET=on"},
                     [&] { static_cast<void>(sources.ingest()); });
}

TEST(Parquet, GivesTheAccountsOfTheSameDataAsCsv) {
  GTEST_SKIP() << "this build has no Arrow to write Parquet with: cluster/parquet-chroot.sh runs this test";
}

#endif

}  // namespace
}  // namespace tessera
