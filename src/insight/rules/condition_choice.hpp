#pragma once

#include <cstdint>
#include <span>

#include "insight/rules/bin_counts.hpp"
#include "insight/rules/rule.hpp"

namespace tessera::insight {

/// What a search is after. First the two together; then as much precision as people ask for at the least recall.
enum class RuleGoal { kF1, kPrecision };

/// Precision beyond this is not paid for with recall; below this recall a rule is of no use.
inline constexpr double kEnoughPrecision = 0.85;
inline constexpr double kLeastRecall = 0.62;

/// What a rule with these counts is worth, the words aside.
[[nodiscard]] double worth(const RuleCounts& counts, RuleGoal goal) noexcept;

/// What a condition costs in words: two bounds more than one, a list more than a category, a column that the
/// segmentation does not use more than one that it does. 0 where it accepts everything.
[[nodiscard]] double words_cost(const RuleColumn& column, BinSet bins) noexcept;

struct ConditionChoice {
  BinSet bins = 0;  ///< all_bins(): no condition
  double utility = 0.0;
  RuleCounts counts;
};

/// The condition on one column that is worth most, given the counts by bin of accounts that meet the other conditions.
/// Numbers: every range of bins, with and without the missing. Categories: the few that most of the segment's share
/// are in, or all but a few. `segment` is the (weighted) size of the segment. Ties: the first tried, the plainest
/// first.
[[nodiscard]] ConditionChoice best_condition(const RuleColumn& column, std::span<const BinCounts::Cell> cells,
                                             std::int64_t segment, RuleGoal goal);

}  // namespace tessera::insight
