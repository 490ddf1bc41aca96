#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/rules/rule.hpp"
#include "insight/rules/rule_sample.hpp"
#include "tessera/context.hpp"

namespace tessera::insight {

/// A segment that a rule is searched for.
struct RuleTarget {
  std::size_t segment = 0;
  std::vector<std::uint32_t> members;  ///< places in this rank's sample
  std::vector<std::size_t> columns;    ///< that are looked at
  Rule rule;
};

/// Counts by bin of one target's columns: of accounts that meet the rule's conditions on all other columns.
struct BinCounts {
  struct Cell {
    std::int64_t found = 0, right = 0;
  };
  static constexpr std::size_t kBins = 64;
  std::vector<Cell> cells;  ///< columns of the target × kBins
  [[nodiscard]] std::span<const Cell> of(std::size_t i) const { return std::span(cells).subspan(i * kBins, kBins); }
};

/// Counts over all ranks in one reduction, weighted, for all targets. Collective; targets are the same on every rank
/// but for their members.
[[nodiscard]] std::vector<BinCounts> bin_counts(const Context& context, std::span<const RuleColumn> columns,
                                                const RuleSample& sample, std::span<const RuleTarget* const> targets);

/// The same for targets without conditions yet, and all columns.
[[nodiscard]] std::vector<BinCounts> first_bin_counts(const Context& context, std::span<const RuleColumn> columns,
                                                      const RuleSample& sample,
                                                      std::span<const RuleTarget* const> targets);

}  // namespace tessera::insight
