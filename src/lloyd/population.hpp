#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tessera/account_key.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::lloyd {

/// Wide enough for the sum of squared grid integers over any population.
using Wide = __int128;

/// The largest weight of an account.
inline constexpr int kMostAccountWeight = 1 << 12;

/// What all accounts may weigh together. At d features, with features relative to the origin below 2^24 grid units,
/// - a sum of features is below 2^39 · 2^23 = 2^62: int64;
/// - Σ w ‖x − origin‖², and so Σ_j ‖S_j‖² / n_j, is below (2^47 / d) · d · 2^48 = 2^95; with the 32 bits behind the
///   point that ClusterSums keeps, below 2^127: Wide;
/// - the square that is divided by n_j is below (2^39 · 2^24)² = 2^126: Wide.
[[nodiscard]] constexpr std::int64_t most_weight(int d) noexcept {
  return std::min(std::int64_t{1} << 39, (std::int64_t{1} << 47) / std::max(d, 1));
}
/// Throws Error(kBadData), as on all ranks, if `weight`, of the accounts of all ranks, is above that.
void check_weight(std::int64_t weight, int d);

/// The accounts that are clustered, and what all ranks know of them. Holds references only to what the caller keeps.
struct Population {
  const FeatureTiles& tiles;         ///< this rank's accounts
  std::span<const AccountKey> keys;  ///< n_local
  std::uint64_t n_global = 0;
  std::vector<std::int32_t> origin;  ///< d grid units: the mean account, by weight, rounded to the grid
  Wide squares = 0;                  ///< Σ w ‖x − origin‖² over all ranks, in squared grid units, exact
  std::span<const std::uint16_t> weights = {};  ///< n_local, or empty: all 1

  [[nodiscard]] int weight(std::size_t account) const noexcept { return weights.empty() ? 1 : weights[account]; }
  /// The weights of tile t's accounts; null: all 1.
  [[nodiscard]] const std::uint16_t* weights_in(std::size_t t) const noexcept {
    return weights.empty() ? nullptr : weights.data() + t * FeatureTiles::kTileAccounts;
  }
  /// The weights of n accounts picked by their numbers, written to `room`; null: all 1.
  template <class Number>
  [[nodiscard]] const std::uint16_t* weights_of(const Number* accounts, std::size_t n,
                                                std::uint16_t* room) const noexcept {
    if (weights.empty()) return nullptr;
    for (std::size_t i = 0; i < n; ++i) room[i] = weights[accounts[i]];
    return room;
  }
};

/// One pass over the accounts and two reductions. Collective. The same bits at any rank and thread count. `weights`:
/// 1 … kMostAccountWeight each, or empty: all 1. An account of weight w counts as w equal accounts in the origin and in
/// all sums. Throws Error(kInternal), on all ranks, for other weights or another number of them.
[[nodiscard]] Population centred_population(const Context& context, const FeatureTiles& tiles,
                                            std::span<const AccountKey> keys,
                                            std::span<const std::uint16_t> weights = {});

}  // namespace tessera::lloyd
