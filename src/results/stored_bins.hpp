#pragma once

#include <string>

#include "tessera/drift.hpp"

namespace tessera::results {

/// What is in the way of using bins that a file gave; empty: nothing. Ranges ascend without gaps, missing comes last.
[[nodiscard]] std::string wrong_with(const FeatureDistribution& feature);

}  // namespace tessera::results
