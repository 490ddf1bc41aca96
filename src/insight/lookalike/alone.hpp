#pragma once

#include "insight/lookalike/training.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::insight {

/// Fills LikenessColumn::alone of the used columns: how well each tells the best training customers by itself,
/// whichever way. A number goes by its encoded value in steps of 1/4096, a category by the share of the best in each of
/// its indicators. Collective.
void measure_alone(const Context& context, const FeatureEncoding& encoding, const FeatureTiles& tiles,
                   const Examples& customers, std::vector<LikenessColumn>& columns);

/// Takes columns that tell too much alone for leaks: they lose is_used, with a warning. Whether there are any.
[[nodiscard]] bool drop_leaks(Journal& journal, std::vector<LikenessColumn>& columns);

}  // namespace tessera::insight
