#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sources.hpp"
#include "storage/file_writer.hpp"
#include "storage/matrix_file.hpp"

namespace tessera {
namespace {

using test::Sources;
using test::Texts;
using test::world;

constexpr std::size_t kColumns = 3;

/// A job on an n × 3 matrix; every rank brings all values.
void write_matrix(Sources& sources, const std::vector<double>& values) {
  storage::FileWriter file(world(), sources.path("m.h5"));
  storage::TableColumn column;
  column.name = "X";
  column.cells = std::span<const double>(values);
  column.width = kColumns;
  file.write(storage::Table{"/t", storage::RowsOf::kRoot, values.size() / kColumns, {column}});
  file.close();
  world().barrier();
  SourceSpec& spec = sources.source("m.h5");
  spec.kind = SourceKind::kMatrix;
  spec.key.clear();
  spec.dataset = "/t/X";
}

Texts ids_of(const AccountTable& accounts) {
  return test::accounts_of(accounts);
}

TEST(Matrix, RowsAreAccountsInTheirOrder) {
  for (const std::size_t n : {1U, 2U, 5U, 100U}) {
    Sources sources;
    write_matrix(sources, std::vector<double>(n * kColumns, 1.5));
    const Ingested ingested = sources.ingest();
    EXPECT_TRUE(ingested.accounts.is_matrix());
    EXPECT_EQ(ingested.accounts.n_global, n);
    EXPECT_TRUE(ingested.accounts.matrix_rows.empty());
    Texts expected;
    for (std::size_t i = 0; i < n; ++i) expected.push_back(std::to_string(i));
    EXPECT_EQ(ids_of(ingested.accounts), expected);
    EXPECT_EQ(ingested.report.sources[0].files[0].content_hash.size(), 32U);
  }
}

TEST(Matrix, RowsThatAreNotFiniteAreLeftOut) {
  Sources sources;
  std::vector<double> values(20 * kColumns, 1e18);
  values[4 * kColumns + 2] = std::numeric_limits<double>::quiet_NaN();
  values[17 * kColumns] = -std::numeric_limits<double>::infinity();
  write_matrix(sources, values);
  const Ingested ingested = sources.ingest();
  Texts expected;
  for (int i = 0; i < 20; ++i) {
    if (i != 4 && i != 17) expected.push_back(std::to_string(i));
  }
  EXPECT_EQ(ids_of(ingested.accounts), expected);
  EXPECT_EQ(ingested.accounts.matrix_rows.size(), ingested.accounts.n_local);
  EXPECT_EQ(test::quarantine_of(ingested.report),
            (Texts{"m.h5:17 0: infinite [-inf]", "m.h5:4 2: not a number [nan]"}));
  EXPECT_EQ(test::counts_of(ingested.report.sources[0]), "20 18 0 0 2");
  sources.job.max_quarantined = 0.05;
  test::expect_error(ExitCode::kBadData, {"2 of 20 rows are in quarantine"},
                     [&] { static_cast<void>(sources.ingest()); });
}

TEST(Matrix, AMissingDataSetIsNoInput) {
  Sources sources;
  write_matrix(sources, std::vector<double>(kColumns, 0.0));
  sources.job.sources[0].dataset = "/t/Y";
  test::expect_error(ExitCode::kNoInput, {"m.h5"}, [&] { static_cast<void>(sources.ingest()); });
}

}  // namespace
}  // namespace tessera
