#pragma once

#include <cstdint>
#include <vector>

#include "core/exact_sum.hpp"
#include "tessera/trial_report.hpp"

namespace tessera::trial {

/// What one arm's accounts in one segment did, added up exactly.
struct ArmSums {
  std::int64_t assigned = 0, accounts = 0, responses = 0;
  ExactSum revenue, cost;
  ExactSum revenue_squared, cost_squared, revenue_cost;

  void add(bool responded, double revenue_of_account, double cost_of_account);
};

/// Compares every arm with the first, the control. Amounts are NaN where `has_revenue` or `has_cost` is false.
[[nodiscard]] SegmentEffect compare_arms(std::int32_t segment, const std::vector<ArmSums>& arms, bool has_revenue,
                                         bool has_cost);

/// Adjusts the p-values of the segments of one level together, and says what can be said of each arm. An arm works
/// where its uplift is above zero and its adjusted p-value below 5 %.
void judge(std::vector<SegmentEffect*>& level);

}  // namespace tessera::trial
