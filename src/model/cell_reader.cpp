#include "model/cell_reader.hpp"

#include <algorithm>
#include <charconv>

#include "core/special_numbers.hpp"
#include "storage/matrix_file.hpp"

namespace tessera {
namespace {

/// Cells of a matrix in memory at once.
constexpr std::size_t kChunkCells = std::size_t{1} << 22;
/// Rows that a population leaves out are read along, up to this many rows read for one wanted: one long read is cheaper
/// than many short ones.
constexpr std::uint64_t kReadAlong = 4;

template <class Values, class Convert>
void gather(const Values& values, std::span<const std::uint32_t> rows, std::span<double> out, Convert convert) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = convert(values[rows[i]]);
}

void gather_column(const Column& column, std::span<const std::uint32_t> rows, std::span<double> out) {
  if (const auto* numbers = std::get_if<NumberColumn>(&column.data)) {
    gather(numbers->values, rows, out, [](double value) { return value; });
  } else if (const auto* categories = std::get_if<CategoryColumn>(&column.data)) {
    gather(categories->codes, rows, out, [](std::int32_t code) { return code < 0 ? kNaN : code; });
  } else if (const auto* flags = std::get_if<FlagColumn>(&column.data)) {
    gather(flags->values, rows, out, [](std::int8_t flag) { return flag < 0 ? kNaN : flag; });
  } else if (const auto* dates = std::get_if<DateColumn>(&column.data)) {
    gather(dates->days, rows, out, [](std::int32_t day) { return day == kMissingDate ? kNaN : day; });
  } else {
    std::ranges::fill(out, kNaN);
  }
}

std::size_t chunk_rows(const storage::MatrixFile& matrix) {
  const std::size_t rows = kChunkCells / std::max<std::size_t>(1, matrix.columns());
  return std::max(CellReader::kBlock, rows / CellReader::kBlock * CellReader::kBlock);
}

}  // namespace

std::optional<CellSource> find_cells(const AccountTable& accounts, std::string_view column) {
  if (const Column* found = accounts.find(column)) return CellSource{found, 0};
  if (!accounts.is_matrix()) return std::nullopt;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(column.data(), column.data() + column.size(), number);
  if (error != std::errc() || end != column.data() + column.size() || number >= accounts.matrix->columns())
    return std::nullopt;
  return CellSource{nullptr, number};
}

CellReader::CellReader(const AccountTable& accounts, std::span<const std::uint32_t> rows,
                       std::span<const CellSource> sources)
    : accounts_(accounts),
      rows_(rows),
      reads_matrix_(std::ranges::any_of(sources, [](const CellSource& source) { return source.column == nullptr; })) {}

void CellReader::for_each_chunk(const std::function<void(std::size_t, std::size_t)>& work) {
  if (rows_.empty()) return;
  if (!reads_matrix_) return work(0, rows_.size());
  const std::size_t step = chunk_rows(*accounts_.matrix);
  for (std::size_t begin = 0; begin < rows_.size(); begin += step) {
    const std::size_t end = std::min(rows_.size(), begin + step);
    read_chunk(begin, end);
    work(begin, end);
  }
}

void CellReader::cells(const CellSource& source, std::size_t begin, std::span<double> out) const noexcept {
  if (source.column != nullptr) return gather_column(*source.column, rows_.subspan(begin, out.size()), out);
  const std::size_t columns = accounts_.matrix->columns();
  const std::size_t first = (begin - chunk_begin_) * columns + source.matrix_column;
  if (doubles_.empty()) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(floats_[first + i * columns]);
  } else {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = doubles_[first + i * columns];
  }
}

void CellReader::read_chunk(std::size_t begin, std::size_t end) {
  chunk_begin_ = begin;
  if (accounts_.matrix->is_float64())
    read_rows(begin, end, doubles_);
  else
    read_rows(begin, end, floats_);
}

/// Reads runs of file rows: each run is one read, cut where a row lies too far ahead (or behind: rows may be in any
/// order).
template <class Float>
void CellReader::read_rows(std::size_t begin, std::size_t end, std::vector<Float>& buffer) {
  const storage::MatrixFile& matrix = *accounts_.matrix;
  const std::size_t columns = matrix.columns();
  buffer.resize((end - begin) * columns);
  std::vector<Float> along;
  const auto row_at = [&](std::size_t position) { return accounts_.matrix_row(rows_[position]); };
  for (std::size_t run = begin; run < end;) {
    const std::uint64_t first = row_at(run);
    std::size_t next = run + 1;
    while (next < end && row_at(next) > row_at(next - 1) && row_at(next) - first + 1 <= kReadAlong * (next - run + 1))
      ++next;
    const std::uint64_t count = row_at(next - 1) - first + 1;
    const std::span<Float> wanted(buffer.data() + (run - begin) * columns, (next - run) * columns);
    if (count == next - run) {
      matrix.read(first, count, wanted);
    } else {
      along.resize(count * columns);
      matrix.read(first, count, std::span<Float>(along));
      for (std::size_t position = run; position < next; ++position)
        std::copy_n(along.data() + (row_at(position) - first) * columns, columns,
                    wanted.data() + (position - run) * columns);
    }
    run = next;
  }
}

}  // namespace tessera
