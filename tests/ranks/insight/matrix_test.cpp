#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <numeric>

#include "ranks_test.hpp"
#include "storage/file_writer.hpp"
#include "storage/matrix_file.hpp"
#include "tessera/insight.hpp"

namespace tessera {
namespace {

using test::world;

/// A matrix of float64 on disk, with cells (i + 3 c) mod 40, for as long as it lives.
class MatrixOnDisk {
 public:
  MatrixOnDisk(std::size_t rows, std::size_t columns) : rows_(rows) {
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t c = 0; c < columns; ++c) cells_.push_back(static_cast<double>((i + 3 * c) % 40));
    const auto mine = std::filesystem::temp_directory_path() /
                      std::string("tessera-insight-").append(std::to_string(::getpid())).append(".h5");
    path_ = world().broadcast_text(mine);
    storage::TableColumn column;
    column.name = std::string{"X"};
    column.cells = std::span<const double>(cells_);
    column.width = columns;
    column.compresses = false;
    storage::FileWriter file(world(), path_);
    file.write(storage::Table{"/table", storage::RowsOf::kRoot, rows, {column}});
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

  /// The last rank holds everything but one row for each other rank.
  [[nodiscard]] AccountTable accounts() const {
    AccountTable table;
    table.n_global = rows_;
    table.first_global = static_cast<std::size_t>(world().rank());
    table.n_local = world().rank() + 1 == world().size() ? rows_ - table.first_global : 1;
    table.matrix = matrix_;
    return table;
  }

 private:
  std::size_t rows_;
  std::vector<double> cells_;
  std::string path_;
  std::shared_ptr<const storage::MatrixFile> matrix_;
};

/// Two core segments: cells of the first column below 20, and the others.
Insight told(const AccountTable& accounts) {
  Journal journal(false);
  Job job;
  job.sources.emplace_back();
  job.sources.front().name = std::string{"m"};
  std::vector<std::uint32_t> rows(accounts.n_local);
  std::iota(rows.begin(), rows.end(), 0U);
  SegmentAssignment assignment;
  for (std::size_t i = 0; i < accounts.n_local; ++i)
    assignment.core.push_back(accounts.matrix_row(i) % 40 < 20 ? 0 : 1);
  SegmentationSpec spec;
  spec.all_features = true;
  return describe({world(), journal, 1}, accounts, job, spec, rows,
                  {{Level::kCore, -1, "", ""}, {Level::kCore, -1, "", ""}}, assignment);
}

TEST(MatrixPopulation, ColumnsAreProfiledAndNameTheSegments) {
  const MatrixOnDisk matrix(400, 2);
  const Insight insight = told(matrix.accounts());
  ASSERT_EQ(insight.numbers.size(), 4U);
  EXPECT_EQ(insight.numbers[0].column, "m.0");
  EXPECT_EQ(insight.numbers[0].count, 200);
  EXPECT_EQ(insight.numbers[0].mean, 9.5);
  EXPECT_EQ(insight.numbers[0].median, 9.5);
  EXPECT_EQ(insight.numbers[0].sd, std::sqrt((20.0 * 20.0 - 1.0) / 12.0));
  EXPECT_EQ(insight.numbers[2].mean, 29.5);
  EXPECT_EQ(insight.numbers[3].column, "m.1");
  EXPECT_EQ(insight.numbers[3].mean, (17.0 * 31.0 + 3.0 * 1.0) / 20.0);  // 23 … 39, 0, 1, 2
  // Half of the first segment is in the lowest quarter of x0, but seven in twenty only in that of x1 (3 … 22).
  EXPECT_EQ(insight.segments[0].name, "low x0 · below-average x1");
  EXPECT_EQ(insight.segments[1].name, "high x0 and x1");
  EXPECT_EQ(insight.segments[0].customers, 200);
}

TEST(MatrixPopulation, AWideMatrixIsOnlyCounted) {
  const MatrixOnDisk matrix(40, 65);
  const Insight insight = told(matrix.accounts());
  EXPECT_TRUE(insight.numbers.empty());
  EXPECT_EQ(insight.segments[0].accounts, 20);
  EXPECT_EQ(insight.segments[0].name, "Mixed accounts");
  EXPECT_EQ(insight.segments[1].name, "Mixed accounts 2");
}

}  // namespace
}  // namespace tessera
