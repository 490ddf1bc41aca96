#pragma once

#include <vector>

#include "insight/lookalike/logistic.hpp"
#include "tessera/lookalike.hpp"

namespace tessera::insight {

/// The features with what they weigh, the strongest first (ties in the encoding's order), and LikenessColumn::effect of
/// the used columns. Collective: deviations are from exact sums.
[[nodiscard]] std::vector<LikenessFactor> likeness_factors(const Context& context, const AccountTable& accounts,
                                                           const FeatureEncoding& encoding, const FeatureTiles& tiles,
                                                           const LogisticModel& model,
                                                           std::vector<LikenessColumn>& columns);

}  // namespace tessera::insight
