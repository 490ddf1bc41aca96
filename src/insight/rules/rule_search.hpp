#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/rules/bin_counts.hpp"

namespace tessera::insight {

/// Finds a rule for each segment in `segments` (rows of the segments table), all in the same passes: greedy, one
/// against the rest. A pass counts for every column the accounts that meet the conditions on all other columns, so a
/// round may add a condition, move the bounds of one that is there, or drop it, whichever is worth most; until nothing
/// helps (PRIM's patience, Friedman & Fisher 1999, with coordinate ascent in place of peeling). First for F1, then for
/// precision at a recall of kLeastRecall. After the first pass each segment looks at its most telling columns only.
/// Collective; the same rules on every rank, at any rank and thread count.
[[nodiscard]] std::vector<Rule> search_rules(const Context& context, std::span<const RuleColumn> columns,
                                             const RuleSample& sample, const Membership& members,
                                             std::span<const std::size_t> segments);

}  // namespace tessera::insight
