#pragma once

#include <span>

#include "parallel/exact_reduce.hpp"
#include "tessera/kpis.hpp"

namespace tessera::insight {

/// One-way analysis of variance of groups given by their moments (Fisher 1925): fills segments, accounts, eta_squared,
/// f and p_value. Not collective; the same on every rank where the moments are.
[[nodiscard]] KpiVariance variance_between(std::span<const parallel::Moments> groups);

}  // namespace tessera::insight
