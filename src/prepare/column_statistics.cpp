#include "prepare/column_statistics.hpp"

#include <cmath>
#include <limits>

#include "core/exact_sum.hpp"
#include "core/special_numbers.hpp"
#include "model/encoder.hpp"
#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"
#include "prepare/block_sum.hpp"

namespace tessera {
namespace {

using parallel::Reduce;
static_assert(CellReader::kBlock <= kMaxBlockSum);

/// Cells held in memory at once to find quantiles.
constexpr std::size_t kQuantileCells = std::size_t{1} << 23;

struct Sum {
  ExactSum sum;
  void merge(const Sum& other) noexcept { sum.add(other.sum); }
};

struct Summary {
  std::int64_t present = 0;
  double min = kInfinity, max = -kInfinity;
  ExactSum sum;

  void see(std::span<double> cells) noexcept {
    std::size_t count = 0;
    for (const double x : cells) {  // the present ones move to the front
      cells[count] = x;
      count += x == x ? 1 : 0;
    }
    const std::span<double> seen = cells.first(count);
    for (const double x : seen) {
      min = x < min ? x : min;
      max = x > max ? x : max;
    }
    present += static_cast<std::int64_t>(count);
    if (std::isfinite(min) && std::isfinite(max)) add_block(seen, sum);
  }
  void merge(const Summary& other) noexcept {
    present += other.present;
    min = std::fmin(min, other.min);
    max = std::fmax(max, other.max);
    sum.add(other.sum);
  }
};

struct FirstRow {
  std::uint64_t row = std::numeric_limits<std::uint64_t>::max();
  void merge(const FirstRow& other) noexcept { row = std::min(row, other.row); }
};

std::vector<CellSource> sources_of(std::span<const MeasuredColumn> columns) {
  std::vector<CellSource> sources;
  sources.reserve(columns.size());
  for (const MeasuredColumn& column : columns) sources.push_back(column.source);
  return sources;
}

/// Adds partial sums over ranks, and rounds each once.
template <class Partial>
std::vector<double> reduced(const FitScope& scope, const std::vector<Partial>& partials) {
  std::vector<ExactSum> all;
  all.reserve(partials.size());
  for (const Partial& partial : partials) all.push_back(partial.sum);
  parallel::all_sum(scope.context.comm, all);
  std::vector<double> rounded;
  rounded.reserve(all.size());
  for (const ExactSum& sum : all) rounded.push_back(sum.value());
  return rounded;
}

/// The cells of a batch of columns, one column after the other.
std::vector<double> gather_batch(const FitScope& scope, std::span<const MeasuredColumn> columns) {
  struct Nothing {
    void merge(const Nothing&) noexcept {}
  };
  const std::size_t n = scope.rows.size();
  std::vector<double> values(columns.size() * n);
  const std::vector<CellSource> sources = sources_of(columns);
  static_cast<void>(pass_over_blocks<Nothing>(
      scope, sources, [&](std::size_t c, std::size_t begin, std::span<double> cells, Nothing&) {
        if (columns[c].encoded != nullptr) fill_transform_winsorise(*columns[c].encoded, cells);
        std::ranges::copy(cells, values.begin() + static_cast<std::ptrdiff_t>(c * n + begin));
      }));
  return values;
}

}  // namespace

std::vector<ColumnSummary> summaries(const FitScope& scope, std::span<const CellSource> sources) {
  const auto partials = pass_over_blocks<Summary>(
      scope, sources, [](std::size_t, std::size_t, std::span<double> cells, Summary& partial) { partial.see(cells); });
  std::vector<std::int64_t> present;
  std::vector<double> min;
  std::vector<double> max;
  for (const Summary& partial : partials) {
    present.push_back(partial.present);
    min.push_back(partial.min);
    max.push_back(partial.max);
  }
  const parallel::Communicator& comm = scope.context.comm;
  comm.all_reduce<Reduce::kSum>(std::span<std::int64_t>(present));
  comm.all_reduce<Reduce::kMin>(std::span<double>(min));
  comm.all_reduce<Reduce::kMax>(std::span<double>(max));
  const std::vector<double> sum = reduced(scope, partials);
  std::vector<ColumnSummary> all(sources.size());
  // Adding 0 makes a minimum or maximum of −0 the 0 that another order of rows might have left.
  for (std::size_t s = 0; s < all.size(); ++s) all[s] = {present[s], min[s] + 0.0, max[s] + 0.0, sum[s]};
  return all;
}

std::vector<double> sums(const FitScope& scope, std::span<const MeasuredColumn> columns) {
  const std::vector<CellSource> sources = sources_of(columns);
  return reduced(scope, pass_over_blocks<Sum>(scope, sources,
                                              [&](std::size_t c, std::size_t, std::span<double> cells, Sum& partial) {
                                                fill_transform_winsorise(*columns[c].encoded, cells);
                                                add_block(cells, partial.sum);
                                              }));
}

std::vector<double> standard_deviations(const FitScope& scope, std::span<const MeasuredColumn> columns,
                                        std::span<const double> means, std::span<const double> half_widths) {
  std::vector<int> exponents;
  for (const double half_width : half_widths) exponents.push_back(std::clamp(std::ilogb(half_width), -1000, 1000));
  const std::vector<CellSource> sources = sources_of(columns);
  const auto partials =
      pass_over_blocks<Sum>(scope, sources, [&](std::size_t c, std::size_t, std::span<double> cells, Sum& partial) {
        fill_transform_winsorise(*columns[c].encoded, cells);
        const double mean = means[c];
        const double unit = std::ldexp(1.0, -exponents[c]);
        for (double& x : cells) {
          const double deviation = (x - mean) * unit;
          x = deviation * deviation;
        }
        add_block(cells, partial.sum);
      });
  std::vector<double> deviations = reduced(scope, partials);
  for (std::size_t c = 0; c < deviations.size(); ++c)
    deviations[c] = std::ldexp(std::sqrt(deviations[c] / static_cast<double>(scope.n_global)), exponents[c]);
  return deviations;
}

std::vector<double> quantiles(const FitScope& scope, std::span<const MeasuredColumn> columns,
                              std::span<const double> probabilities) {
  const parallel::Communicator& comm = scope.context.comm;
  const auto n_largest = comm.all_reduce<Reduce::kMax>(static_cast<std::uint64_t>(scope.rows.size()));
  const std::size_t batch = std::max<std::size_t>(1, kQuantileCells / std::max<std::size_t>(1, n_largest));
  std::vector<double> all;
  all.reserve(columns.size() * probabilities.size());
  for (std::size_t first = 0; first < columns.size(); first += batch) {
    const std::span<const MeasuredColumn> now = columns.subspan(first, std::min(batch, columns.size() - first));
    const std::vector<double> values = gather_batch(scope, now);
    std::vector<std::int32_t> column_of(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) column_of[i] = static_cast<std::int32_t>(i / scope.rows.size());
    const std::vector<double> found =
        parallel::grouped_quantiles(comm, values, column_of, static_cast<int>(now.size()), probabilities);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

std::uint64_t first_infinite_row(const FitScope& scope, const CellSource& source) {
  const auto partials = pass_over_blocks<FirstRow>(
      scope, std::span(&source, 1), [&](std::size_t, std::size_t begin, std::span<double> cells, FirstRow& first) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
          if (!std::isinf(cells[i])) continue;
          const std::uint32_t row = scope.rows[begin + i];
          first.merge(
              {scope.accounts.is_matrix() ? scope.accounts.matrix_row(row) : scope.accounts.first_global + row});
        }
      });
  return scope.context.comm.all_reduce<Reduce::kMin>(partials.front().row);
}

}  // namespace tessera
