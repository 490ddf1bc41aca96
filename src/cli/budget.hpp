#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "tessera/trial_report.hpp"

namespace tessera::cli {

/// How a budget is split over the segments, for people.
void print_budget(std::ostream& out, const TrialReport& report, const SegmentationEffect& effect,
                  const BudgetSplit& split);

[[nodiscard]] nlohmann::ordered_json budget_json(const TrialReport& report, const SegmentationEffect& effect,
                                                 const BudgetSplit& split);

}  // namespace tessera::cli
