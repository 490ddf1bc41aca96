#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "prepare/block_pass.hpp"
#include "tessera/model.hpp"

namespace tessera {

/// What one pass over a column's raw cells tells, over all ranks.
struct ColumnSummary {
  std::int64_t present = 0;
  double min = 0.0, max = 0.0;  ///< of the cells present; +∞ and −∞ where there are none
  double sum = 0.0;             ///< of the cells present, exact and rounded once
};

/// A column being fitted: fill, transform and bounds of `encoded` are applied to its cells before they are measured.
struct MeasuredColumn {
  CellSource source;
  const EncodedFeature* encoded = nullptr;  ///< nullptr: raw cells, the missing ones left out
};

/// All of these are collective, exact, and the same bits on every rank at any number of ranks and threads.
[[nodiscard]] std::vector<ColumnSummary> summaries(const FitScope& scope, std::span<const CellSource> sources);

/// Sum of each column's cells; `encoded` is given.
[[nodiscard]] std::vector<double> sums(const FitScope& scope, std::span<const MeasuredColumn> columns);

/// Standard deviation (n in the denominator) of each column's cells about its mean: the second pass. `half_widths`
/// bound the distance from the mean; they keep the squares of very large and very small columns within double.
[[nodiscard]] std::vector<double> standard_deviations(const FitScope& scope, std::span<const MeasuredColumn> columns,
                                                      std::span<const double> means,
                                                      std::span<const double> half_widths);

/// Quantiles of each column's cells: entry c · probabilities.size() + p. Columns are held in memory a bounded batch at
/// a time.
[[nodiscard]] std::vector<double> quantiles(const FitScope& scope, std::span<const MeasuredColumn> columns,
                                            std::span<const double> probabilities);

/// The first row of the population, by its number in the source, whose cell is infinite.
[[nodiscard]] std::uint64_t first_infinite_row(const FitScope& scope, const CellSource& source);

}  // namespace tessera
