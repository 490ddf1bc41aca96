#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "company.hpp"
#include "model/block_encoder.hpp"
#include "storage/file_writer.hpp"
#include "storage/matrix_file.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

using test::Company;
using test::feature;
using test::prepared;
using test::segmentation;
using test::world;

constexpr std::size_t kColumns = 5;

std::size_t first_row(std::size_t n, int rank) {
  return n * static_cast<std::size_t>(rank) / static_cast<std::size_t>(world().size());
}

/// A matrix of float64 in a file that all ranks share, gone afterwards.
class MatrixOnDisk {
 public:
  explicit MatrixOnDisk(const std::vector<double>& values) : n_(values.size() / kColumns) {
    const std::string mine =
        std::filesystem::temp_directory_path() / ("tessera-matrix-" + std::to_string(::getpid()) + ".h5");
    path_ = world().broadcast_text(mine);
    storage::FileWriter file(world(), path_);
    storage::TableColumn column;
    column.name = "X";
    column.cells = std::span<const double>(values);
    column.width = kColumns;
    column.compresses = false;
    file.write(storage::Table{"/table", storage::RowsOf::kRoot, n_, {column}});
    file.close();
    world().barrier();
    matrix_ = std::make_shared<storage::MatrixFile>(path_, "/table/X");
  }
  ~MatrixOnDisk() {
    matrix_.reset();
    world().barrier();
    std::error_code ignored;
    if (world().is_root()) std::filesystem::remove(path_, ignored);
  }
  MatrixOnDisk(const MatrixOnDisk&) = delete;
  MatrixOnDisk& operator=(const MatrixOnDisk&) = delete;

  [[nodiscard]] AccountTable even_slice() const {
    AccountTable accounts;
    accounts.n_global = n_;
    accounts.first_global = first_row(n_, world().rank());
    accounts.n_local = first_row(n_, world().rank() + 1) - accounts.first_global;
    accounts.matrix = matrix_;
    return accounts;
  }

 private:
  std::size_t n_;
  std::string path_;
  std::shared_ptr<const storage::MatrixFile> matrix_;
};

std::vector<double> matrix_values(std::size_t n) {
  std::vector<double> values(n * kColumns);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] =
        i % 17 == 0 ? kNaN : static_cast<double>(i % kColumns) * 1000.0 + test::normal_at(i % kColumns, i / kColumns);
  return values;
}

Company as_table(const std::vector<double>& values) {
  const std::size_t n = values.size() / kColumns;
  Company company(n);
  for (std::size_t c = 0; c < kColumns; ++c) {
    std::vector<double> column(n);
    for (std::size_t i = 0; i < n; ++i) column[i] = values[i * kColumns + c];
    company.number(std::to_string(c), column);
  }
  return company;
}

SegmentationSpec all_columns(Scale scale) {
  SegmentationSpec spec = segmentation(scale, {});
  spec.all_features = true;
  return spec;
}

std::vector<FeatureSpec> by_number() {
  std::vector<FeatureSpec> features;
  for (std::size_t c = 0; c < kColumns; ++c) features.push_back(feature(std::to_string(c)));
  return features;
}

TEST(Matrix, IsFittedAndEncodedAsATableOfTheSameNumbers) {
  for (const std::size_t n : {3U, 1200U}) {
    const std::vector<double> values = matrix_values(n);
    const MatrixOnDisk disk(values);
    for (const Scale scale : {Scale::kStandard, Scale::kRobust, Scale::kNone}) {
      const Prepared matrix = prepared(disk.even_slice(), all_columns(scale), {}, 2).prepared;
      const Prepared table = prepared(as_table(values).even_slice(), segmentation(scale, by_number())).prepared;
      ASSERT_EQ(matrix.encoding.d(), static_cast<int>(kColumns));
      EXPECT_EQ(matrix.encoding.features[4].column, "4");
      for (std::size_t f = 0; f < kColumns; ++f) {
        EXPECT_EQ(matrix.encoding.features[f].offset, table.encoding.features[f].offset);
        EXPECT_EQ(matrix.encoding.features[f].scale, table.encoding.features[f].scale);
        // Three rows have no missing cell in most columns, and such a column is not searched for its median.
        if (n > 3) {
          EXPECT_EQ(matrix.encoding.features[f].fill, table.encoding.features[f].fill);
        }
      }
      EXPECT_EQ(test::all_values(matrix.tiles), test::all_values(table.tiles));
      if (!matrix.keys.empty()) {
        EXPECT_EQ(matrix.keys[0], (AccountKey{0, first_row(n, world().rank())}));
      }
    }
  }
}

TEST(Matrix, SelectedRowsAndColumnsAreRead) {
  constexpr std::size_t kAccounts = 600;
  const std::vector<double> values = matrix_values(kAccounts);
  const MatrixOnDisk disk(values);
  AccountTable accounts = disk.even_slice();
  Job job;
  job.sources.emplace_back().name = "m";
  FeatureEncoding encoding =
      prepared(accounts, segmentation(Scale::kNone, {feature("m.3"), feature("1")}), job).prepared.encoding;
  ASSERT_EQ(encoding.features[0].column, "3");
  encoding.features[0].fill = encoding.features[1].fill = -1.0;

  // A table that holds every third row, asked for a few accounts near each other and a few far apart, in no order.
  accounts.first_global = 0;
  accounts.n_local = kAccounts / 3;
  for (std::size_t i = 0; i < accounts.n_local; ++i) accounts.matrix_rows.push_back(3 * i + 1);
  const std::vector<std::uint32_t> rows = {0, 1, 2, 5, 199, 100, 101, 3};
  std::vector<double> out(rows.size() * 2);
  BlockEncoder(encoding, accounts).encode(rows, 1, {nullptr, out, {}});
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t f = 0; f < 2; ++f) {
      const double x = values[(3 * rows[i] + 1) * kColumns + (f == 0 ? 3 : 1)];
      EXPECT_EQ(out[2 * i + f], (std::isnan(x) ? -1.0 : x) - encoding.features[f].offset);
    }
}

TEST(Matrix, AnInfiniteCellIsNamedByColumnAndRow) {
  std::vector<double> values = matrix_values(40);
  values[31 * kColumns + 2] = -std::numeric_limits<double>::infinity();
  values[35 * kColumns + 2] = std::numeric_limits<double>::infinity();
  const MatrixOnDisk disk(values);
  try {
    static_cast<void>(prepared(disk.even_slice(), all_columns(Scale::kStandard)));
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadData);
    EXPECT_NE(std::string(error.what()).find("Column 2 is infinite in row 31"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace tessera
