#pragma once

#include <vector>

#include "insight/membership.hpp"

namespace tessera::insight {

/// Every KPI of the job for every segment, ordered by segment, then by the job's order of KPIs. Collective.
///   ratio  Σ numerator / Σ denominator over accounts that have both
///   rate   share of true among accounts whose flag is known (of a number: its mean, as if it were 0 or 1)
///   mean   mean of the accounts that have it
///   nps    % of scores ≥ 9 minus % of scores ≤ 6; scores outside 0 … 10 are left out
/// The estimate is NaN where no account has it, or the denominator's sum is 0.
[[nodiscard]] std::vector<KpiValue> measure_kpis(const parallel::Communicator& comm, const AccountTable& accounts,
                                                 const std::vector<KpiSpec>& kpis, const Membership& members);

}  // namespace tessera::insight
