#pragma once

#include <cstdint>
#include <span>

#include "tessera/backtest.hpp"

namespace tessera::trial {

/// How much of the variance of `values` (NaN: not known) lies between groups; `groups` by value, −1: left out as well.
/// Sums are exact. One-way analysis of variance (Fisher 1925).
[[nodiscard]] ExplainedVariance explained_variance(Level level, std::span<const double> values,
                                                   std::span<const std::int32_t> groups, std::int32_t n_groups);

}  // namespace tessera::trial
