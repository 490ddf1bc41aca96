#pragma once

#include <span>
#include <string>

#include "insight/rules/rule.hpp"

namespace tessera::insight {

/// A rule as people say it: "10–50 employees, Software or Hardware, ≥ 3 orders, revenue ≥ 1.2 M or unknown". Conditions
/// come in the order of the columns; empty for a rule without any.
[[nodiscard]] std::string rule_in_words(const Rule& rule, std::span<const RuleColumn> columns);

/// One condition of it.
[[nodiscard]] std::string condition_in_words(const RuleColumn& column, BinSet bins);

}  // namespace tessera::insight
