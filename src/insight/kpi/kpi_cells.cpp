#include "insight/kpi/kpi_cells.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>

#include "insight/cells.hpp"

namespace tessera::insight {

namespace {

std::vector<double> cells_of(const AccountTable& accounts, const ColumnRef& ref, const KpiSpec& kpi,
                             const Membership& members) {
  constexpr std::array kNumberOrFlag{ColumnType::kNumber, ColumnType::kFlag};
  return numbers_of(column_of(accounts, ref, fmt::format("[kpi] {}", kpi.name), kNumberOrFlag), members.rows);
}

/// Accounts that lack one part of the ratio lack the other as well.
void keep_pairs(KpiCells& cells) {
  for (std::size_t i = 0; i < cells.above.size(); ++i) {
    if (std::isnan(cells.above[i])) cells.below[i] = cells.above[i];
    if (std::isnan(cells.below[i])) cells.above[i] = cells.below[i];
  }
}

}  // namespace

double promotion(double score) noexcept {
  if (!(score >= 0.0 && score <= 10.0)) return std::nan("");
  if (score >= 9.0) return 100.0;
  return score <= 6.0 ? -100.0 : 0.0;
}

KpiCells kpi_cells(const AccountTable& accounts, const KpiSpec& kpi, const Membership& members) {
  const bool is_ratio = kpi.kind == KpiKind::kRatio;
  KpiCells cells;
  cells.above = cells_of(accounts, is_ratio ? kpi.numerator : kpi.column, kpi, members);
  if (kpi.kind == KpiKind::kNps)
    for (double& score : cells.above) score = promotion(score);
  if (is_ratio) {
    cells.below = cells_of(accounts, kpi.denominator, kpi, members);
    keep_pairs(cells);
  }
  return cells;
}

}  // namespace tessera::insight
