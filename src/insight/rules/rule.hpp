#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "insight/rules/rule_column.hpp"

namespace tessera::insight {

/// The bins of one column that accounts may be in.
struct Condition {
  std::size_t column = 0;  ///< of the rule columns
  BinSet bins = 0;
};

/// All of its conditions hold, one a column at most. Without conditions: none was found.
struct Rule {
  static constexpr std::size_t kMostConditions = 4;
  std::vector<Condition> conditions;
};

/// How well a rule tells a segment from the rest, in accounts.
struct RuleCounts {
  std::int64_t found = 0;    ///< accounts that the rule takes
  std::int64_t right = 0;    ///< of them, those of the segment
  std::int64_t segment = 0;  ///< accounts of the segment
  [[nodiscard]] double precision() const noexcept {
    return found == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(found);
  }
  [[nodiscard]] double recall() const noexcept {
    return segment == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(segment);
  }
  /// The harmonic mean of the two.
  [[nodiscard]] double f1() const noexcept {
    return found + segment == 0 ? 0.0 : 2.0 * static_cast<double>(right) / static_cast<double>(found + segment);
  }
};

}  // namespace tessera::insight
