#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/membership.hpp"
#include "insight/rules/rule.hpp"
#include "tessera/context.hpp"

namespace tessera::insight {

/// Bins of all population rows by rule column; empty for columns that no rule uses.
using BinsByColumn = std::vector<std::vector<std::uint8_t>>;

/// How many accounts of the whole population each rule takes, and how many of them are in its segment: exact counts.
/// Collective.
[[nodiscard]] std::vector<RuleCounts> measure_rules(const Context& context, const BinsByColumn& bins,
                                                    const Membership& members, std::span<const std::size_t> segments,
                                                    std::span<const Rule> rules,
                                                    std::span<const std::int64_t> accounts);

}  // namespace tessera::insight
