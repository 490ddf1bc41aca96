#pragma once

#include <vector>

#include "insight/membership.hpp"

namespace tessera::insight {

/// What a KPI is made of, by population row; NaN where the account does not count.
struct KpiCells {
  std::vector<double> above;  ///< what is averaged; of a ratio its numerator
  std::vector<double> below;  ///< of a ratio its denominator, NaN in the same rows; else empty
};

/// Not collective. Throws Error(kBadJob), the same on every rank, where a column is absent or of another type.
[[nodiscard]] KpiCells kpi_cells(const AccountTable& accounts, const KpiSpec& kpi, const Membership& members);

/// +100 for a promoter, −100 for a detractor, 0 between (Reichheld 2003); NaN for what is no score.
[[nodiscard]] double promotion(double score) noexcept;

}  // namespace tessera::insight
