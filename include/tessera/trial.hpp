#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// The arm of each local account, by index into `trial.arms`; −1: suppressed, on no list and in no trial. A keyed hash
/// of the campaign and of the account's family (the account itself where it has none), so that it stays when segments
/// change. Not collective; call it while ids are the true ones.
[[nodiscard]] std::vector<std::int32_t> trial_arms(const AccountTable& accounts, const Job& job,
                                                   const TrialSpec& trial);

/// One arm in one segment: how large it is, and what it could show.
struct TrialCell {
  std::int32_t segment = -1;  ///< row of the segments table; −1: the whole population
  std::int32_t arm = 0;       ///< index into the job's arms; 0 is the control
  std::int64_t accounts = 0;  ///< all of them may be contacted
  double share = 0.0;         ///< of the segment's accounts that are in any arm; NaN: there are none
  /// (accounts − expected) / standard deviation of a fair draw of that many single accounts; NaN: there are none.
  /// Families are drawn as one, so it is too large where they have many accounts.
  double z = 0.0;
  /// The smallest rise of the response rate against the control that a two-sided test at 5 % finds in 80 of 100 trials;
  /// NaN: not even the largest, the control itself, or no base rate.
  double smallest_uplift = 0.0;
};

/// Every arm in the whole population and in every segment, in this order. `arms` is by local account, `rows` the
/// population, `seeds` the rows of the segments table. Collective; the same on every rank.
[[nodiscard]] std::vector<TrialCell> trial_balance(const Context& context, const AccountTable& accounts,
                                                   const TrialSpec& trial, std::span<const std::int32_t> arms,
                                                   std::span<const std::uint32_t> rows,
                                                   const std::vector<SegmentSeed>& seeds,
                                                   const SegmentAssignment& assignment);

}  // namespace tessera
