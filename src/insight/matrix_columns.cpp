#include "insight/matrix_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "model/cell_reader.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "storage/matrix_file.hpp"

namespace tessera::insight {

namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

/// Columns [first, last) of the rows, one after the other.
std::vector<double> read_columns(const AccountTable& accounts, std::span<const std::uint32_t> rows, std::size_t first,
                                 std::size_t last) {
  std::vector<double> cells(rows.size() * (last - first));
  std::vector<CellSource> sources;
  for (std::size_t column = first; column < last; ++column) sources.push_back({nullptr, column});
  CellReader reader(accounts, rows, sources);
  reader.for_each_chunk([&](std::size_t begin, std::size_t end) {
    for (std::size_t block = begin; block < end; block += CellReader::kBlock) {
      const std::size_t count = std::min(CellReader::kBlock, end - block);
      for (std::size_t s = 0; s < sources.size(); ++s)
        reader.cells(sources[s], block, std::span(cells).subspan(s * rows.size() + block, count));
    }
  });
  return cells;
}

}  // namespace

void for_each_matrix_column(const Context& context, const AccountTable& accounts, std::span<const std::uint32_t> rows,
                            const std::function<void(std::size_t column, std::span<const double> cells)>& visit) {
  const std::size_t columns = accounts.matrix->columns();
  if (columns > kMostMatrixColumns) {
    context.journal.info(fmt::format("insight: {} columns of a matrix are too many to profile (at most {}); sizes only",
                                     columns, kMostMatrixColumns));
    return;
  }
  // Every rank takes the same columns at once, or their collectives would not meet.
  const auto most_rows = context.comm.all_reduce<parallel::Reduce::kMax>(static_cast<std::uint64_t>(rows.size()));
  const std::size_t batch =
      std::max<std::size_t>(1, kMostBytes / (sizeof(double) * std::max<std::uint64_t>(1, most_rows)));
  for (std::size_t first = 0; first < columns; first += batch) {
    const std::size_t last = std::min(columns, first + batch);
    const std::vector<double> cells =
        parallel::compute_together(context.comm, [&] { return read_columns(accounts, rows, first, last); });
    for (std::size_t column = first; column < last; ++column)
      visit(column, std::span(cells).subspan((column - first) * rows.size(), rows.size()));
  }
}

}  // namespace tessera::insight
