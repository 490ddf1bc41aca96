#pragma once

#include "prepare/block_pass.hpp"
#include "prepare/feature_columns.hpp"
#include "prepare/fitted_column.hpp"

namespace tessera {

/// Indicators that one category column may become; rarer categories share one more.
inline constexpr std::size_t kMaxIndicators = 64;

/// One-hot: an indicator for each of the kMaxIndicators commonest categories of the population (ties by name), in the
/// order of their names; then one for all the others, and one for missing cells, where there are any. Collective.
[[nodiscard]] FittedColumn fit_category(const FitScope& scope, const FeatureColumn& column, Scale scale);

}  // namespace tessera
