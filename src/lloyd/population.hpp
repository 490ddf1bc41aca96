#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/account_key.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::lloyd {

/// Wide enough for the sum of squared grid integers over any population.
using Wide = __int128;

/// The accounts that are clustered, and what all ranks know of them. Holds references only to what the caller keeps.
struct Population {
  const FeatureTiles& tiles;         ///< this rank's accounts
  std::span<const AccountKey> keys;  ///< n_local
  std::uint64_t n_global = 0;
  std::vector<std::int32_t> origin;  ///< d grid units: the mean account, rounded to the grid
  Wide squares = 0;                  ///< Σ ‖x − origin‖² over all ranks, in squared grid units, exact
};

/// One pass over the accounts and one reduction. Collective. The same bits at any rank and thread count.
[[nodiscard]] Population centred_population(const Context& context, const FeatureTiles& tiles,
                                            std::span<const AccountKey> keys);

}  // namespace tessera::lloyd
