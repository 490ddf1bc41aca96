#pragma once

#include <cstdint>
#include <vector>

#include "core/statistics.hpp"
#include "insight/kpi/kpi_cells.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

/// One KPI by segment, the whole last.
struct KpiEstimates {
  struct Estimate {
    std::int64_t count = 0;
    double estimate = 0.0;
    statistics::Interval interval{};
  };
  std::vector<Estimate> by_segment;
  /// Of what the analysis of variance goes by: the cells themselves, or a ratio's linearised about the whole's.
  std::vector<parallel::Moments> moments;
};

/// Collective.
[[nodiscard]] KpiEstimates estimate_kpi(const parallel::Communicator& comm, KpiKind kind, const KpiCells& cells,
                                        const Membership& members);

}  // namespace tessera::insight
