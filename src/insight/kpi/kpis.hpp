#pragma once

#include <span>
#include <vector>

#include "insight/membership.hpp"

namespace tessera::insight {

/// Every KPI of the job for every segment, ordered by segment, then by the job's order of KPIs; and by level how much
/// of it lies between segments.
///   ratio  Σ numerator / Σ denominator over accounts that have both
///   rate   share of true among accounts whose flag is known (of a number: its mean, as if it were 0 or 1)
///   mean   mean of the accounts that have it
///   nps    % of scores ≥ 9 minus % of scores ≤ 6; scores outside 0 … 10 are left out
/// The estimate is NaN where no account has it, or the denominator's sum is 0.
struct KpiTables {
  std::vector<KpiValue> values;
  std::vector<KpiValue> whole;  ///< of the whole population; `segment` is −1
  std::vector<KpiVariance> variance;
};

/// `sizes` are the accounts by segment, the whole last. Collective.
[[nodiscard]] KpiTables measure_kpis(const parallel::Communicator& comm, const AccountTable& accounts,
                                     const std::vector<KpiSpec>& kpis, const Membership& members,
                                     std::span<const std::int64_t> sizes);

/// Fewer accounts than this tell nothing, whatever their spread.
inline constexpr std::int64_t kFewestToTell = 30;

/// Too few to tell: fewer than kFewestToTell accounts, no interval, or one that is wider than what it measures: than
/// the whole's estimate of a rate or ratio, than that and one standard deviation of a mean, than 40 points of an NPS.
[[nodiscard]] bool says_too_little(const KpiValue& value, KpiKind kind, double whole_estimate,
                                   double whole_sd) noexcept;

}  // namespace tessera::insight
