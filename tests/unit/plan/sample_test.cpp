#include "plan/sample.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include "ingest/source_head.hpp"
#include "made_files.hpp"

namespace tessera {
namespace {

using plan::SourceSample;

class Samples : public MadeFiles {
 protected:
  static SourceSample sample(const std::string& path, const plan::SampleSize& size) {
    SourceSpec spec;
    spec.name = "crm";
    spec.key = "id";
    spec.path = path;
    return plan::sample_source(spec, intake::read_head(spec), size);
  }
};

/// Rows whose length wanders from 12 to some 200 bytes and grows over the file; names in quotes with commas and "".
std::string ragged(int rows) {
  std::string text = "id,name,n\n";
  unsigned state = 7;
  for (int i = 0; i < rows; ++i) {
    state = state * 1664525U + 1013904223U;
    const auto length = (state >> 24U) % 60 + static_cast<unsigned>(i) * 120U / static_cast<unsigned>(rows);
    text += fmt::format("A{},\"{}, \"\"co\"\"\",{}\n", i, std::string(length, 'x'), state % 1000);
  }
  return text;
}

TEST_F(Samples, RowsAreToldWithinAFewPerCentOnRaggedLines) {
  constexpr int kRows = 40'000;
  const SourceSample told = sample(write("a.csv", ragged(kRows)), {.pieces = 16, .piece_bytes = 8192});
  EXPECT_EQ(told.count, SourceSample::Count::kSampled);
  EXPECT_LT(told.rows, 4000U);
  EXPECT_NEAR(told.rows_global, kRows, 0.06 * kRows);
  EXPECT_GT(told.rows_error, 0.005);
  EXPECT_LT(told.rows_error, 0.2);
  EXPECT_EQ(told.refused, 0U);
  EXPECT_EQ(told.keys, told.rows);
  EXPECT_NEAR(static_cast<double>(told.key_bytes) / static_cast<double>(told.rows), 5.7, 0.4);
}

TEST_F(Samples, SeveralFilesAreOneSourceAndSmallOnesAreCounted) {
  write("b-1.csv", ragged(300));
  write("b-2.csv", "id,name,n\n");
  write("b-3.csv", ragged(200));
  const SourceSample told = sample(folder_ / "b-*.csv", {});
  EXPECT_EQ(told.count, SourceSample::Count::kCounted);
  EXPECT_EQ(told.rows_global, 500.0);
  EXPECT_EQ(told.rows_error, 0.0);
  EXPECT_EQ(told.keys, 300U);  // the same ids in both
}

TEST_F(Samples, RowsWithoutShapeAreCountedApart) {
  const SourceSample told = sample(write("c.csv", "id,name,n\n1,a,2\n2,b\n3,c,4,5\n4,d,6"), {});
  EXPECT_EQ(told.rows, 2U);
  EXPECT_EQ(told.refused, 2U);
  EXPECT_EQ(told.rows_global, 4.0);
}

TEST_F(Samples, AHeaderAloneHasNoRows) {
  const SourceSample told = sample(write("d.csv", "id,name,n\n"), {});
  EXPECT_EQ(told.rows_global, 0.0);
  EXPECT_EQ(told.rows, 0U);
}

TEST_F(Samples, OfGzipTheRowsAreAGuess) {
  const std::string text = ragged(30'000), path = folder_ / "e.csv.gz";
  const gzFile out = gzopen(path.c_str(), "wb");
  ASSERT_EQ(gzwrite(out, text.data(), static_cast<unsigned>(text.size())), static_cast<int>(text.size()));
  gzclose(out);
  const SourceSample told = sample(path, {.pieces = 4, .piece_bytes = 65536});
  EXPECT_EQ(told.count, SourceSample::Count::kGuessed);
  EXPECT_GT(told.rows, 1000U);
  EXPECT_NEAR(told.rows_global, 30'000, 30'000);  // a guess, but no wild one
  EXPECT_GT(told.rows_global, 15'000);
}

TEST(Distinct, FollowsFromHowOftenValuesRepeat) {
  EXPECT_EQ(plan::distinct_in_all(8, 10'000, 1e6), 8.0);       // all have been met
  EXPECT_EQ(plan::distinct_in_all(10'000, 10'000, 1e6), 1e6);  // none repeats
  EXPECT_EQ(plan::distinct_in_all(100, 1000, 1000), 100.0);    // all cells were seen
  // 20,000 values, 10,000 cells: 7,869 of them are met.
  EXPECT_NEAR(plan::distinct_in_all(7869, 10'000, 1e6), 20'000, 50);
  EXPECT_EQ(plan::distinct_in_all(0, 0, 100), 0.0);
}

}  // namespace
}  // namespace tessera
