#include "insight/objective/kpi_link.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/grid.hpp"
#include "core/special_numbers.hpp"
#include "insight/cells.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

namespace {

std::vector<double> cells_of(const AccountTable& accounts, const ColumnRef& ref, const KpiSpec& kpi,
                             std::span<const std::uint32_t> rows) {
  constexpr std::array kNumberOrFlag{ColumnType::kNumber, ColumnType::kFlag};
  return numbers_of(column_of(accounts, ref, fmt::format("[kpi] {}", kpi.name), kNumberOrFlag), rows);
}

/// NaN: not known of the account.
std::vector<double> values_of(const AccountTable& accounts, const KpiSpec& kpi, std::span<const std::uint32_t> rows) {
  if (kpi.kind != KpiKind::kRatio) return cells_of(accounts, kpi.column, kpi, rows);
  std::vector<double> values = cells_of(accounts, kpi.numerator, kpi, rows);
  const std::vector<double> below = cells_of(accounts, kpi.denominator, kpi, rows);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = below[i] == 0.0 ? kNaN : values[i] / below[i];
    if (std::isinf(values[i])) values[i] = kNaN;
  }
  return values;
}

/// Category or flag of a row, from 1; 0: missing, or a column of another type.
struct CodeOf {
  std::uint32_t row;
  std::size_t operator()(const CategoryColumn& column) const {
    return static_cast<std::size_t>(std::int64_t{column.codes[row]} + 1);
  }
  std::size_t operator()(const FlagColumn& column) const {
    return static_cast<std::size_t>(std::int64_t{column.values[row]} + 1);
  }
  template <class Other>
  std::size_t operator()(const Other&) const {
    return 0;
  }
};

std::size_t code_count(const Column& column) {
  const auto* category = std::get_if<CategoryColumn>(&column.data);
  return category != nullptr ? category->categories.size() + 1 : 3;
}

}  // namespace

KpiByAccount::KpiByAccount(const Context& context, const AccountTable& accounts, const KpiSpec& kpi,
                           std::span<const std::uint32_t> rows)
    : comm_(context.comm), units_(rows.size(), 0), is_known_(rows.size(), 0) {
  const std::vector<double> values = values_of(accounts, kpi, rows);
  const double mean = parallel::grouped_moments(comm_, values, {}, 1).front().mean;
  double farthest = 0.0;
  for (const double value : values)
    if (!std::isnan(value)) farthest = std::max(farthest, std::fabs(value - mean));
  farthest = comm_.all_reduce<parallel::Reduce::kMax>(farthest);
  if (!std::isfinite(farthest)) return;  // beyond the range of double: nothing is known of it
  int exponent = 0;
  std::frexp(farthest, &exponent);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    is_known_[i] = 1;
    units_[i] = to_grid(std::ldexp(values[i] - mean, 3 - exponent));
  }
}

double KpiByAccount::correlation(const FeatureTiles& tiles, int feature) const {
  std::vector<Wide> sums(6, 0);  // n, Σx, Σy, Σx², Σy², Σxy
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (is_known_[i] == 0) continue;
    const std::int64_t x = grid_units(tiles.at(i, feature)), y = units_[i];
    const std::array<std::int64_t, 6> terms{1, x, y, x * x, y * y, x * y};
    for (std::size_t s = 0; s < terms.size(); ++s) sums[s] += terms[s];
  }
  all_sum_wide(comm_, sums);
  const Wide n = sums[0];
  const double variance_x = static_cast<double>(n * sums[3] - sums[1] * sums[1]);
  const double variance_y = static_cast<double>(n * sums[4] - sums[2] * sums[2]);
  if (!(variance_x > 0.0) || !(variance_y > 0.0)) return kNaN;
  return static_cast<double>(n * sums[5] - sums[1] * sums[2]) / (std::sqrt(variance_x) * std::sqrt(variance_y));
}

double KpiByAccount::explained_by(const Column& column, std::span<const std::uint32_t> rows) const {
  const std::size_t n_codes = code_count(column);
  std::vector<std::int64_t> counts(n_codes, 0), sums(n_codes, 0);
  std::vector<Wide> squares(1, 0);
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (is_known_[i] == 0) continue;
    const std::size_t code = std::visit(CodeOf{rows[i]}, column.data);
    ++counts[code];
    sums[code] += units_[i];
    squares[0] += std::int64_t{units_[i]} * units_[i];
  }
  comm_.all_reduce<parallel::Reduce::kSum>(std::span(counts));
  comm_.all_reduce<parallel::Reduce::kSum>(std::span(sums));
  all_sum_wide(comm_, squares);
  Wide n = 0, sum = 0;
  double between = 0.0;
  for (std::size_t code = 0; code < n_codes; ++code) {
    n += counts[code];
    sum += sums[code];
  }
  const double all = static_cast<double>(n * squares[0] - sum * sum);
  if (!(all > 0.0)) return kNaN;
  for (std::size_t code = 0; code < n_codes; ++code) {
    if (counts[code] == 0) continue;
    const double difference = static_cast<double>(sums[code] * n - sum * counts[code]);
    between += difference / static_cast<double>(counts[code]) * (difference / static_cast<double>(n));
  }
  return between / all;
}

}  // namespace tessera::insight
