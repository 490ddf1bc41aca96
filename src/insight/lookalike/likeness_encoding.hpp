#pragma once

#include <vector>

#include "insight/lookalike/training.hpp"

namespace tessera::insight {

/// Fits how the used columns become features, on the training customers. Columns that turn out to be of no use lose
/// is_used and get their why_not. Collective; the same on every rank.
///
/// Numbers and dates: median for missing, log1p where a number is never negative and its upper half is three times as
/// wide as its lower (5 %, 50 %, 95 %), mean 0 and deviation 1, clipped at ±8. Flags: commoner value for missing, 0 and
/// 1, centred. Categories: an indicator, centred, for each that 1 % of the customers have, twenty at the most; one for
/// all others, one for missing. At most 256 features; the exponent is 0.
[[nodiscard]] FeatureEncoding likeness_encoding(const parallel::Communicator& comm, const AccountTable& accounts,
                                                const Examples& customers, std::vector<LikenessColumn>& columns);

}  // namespace tessera::insight
