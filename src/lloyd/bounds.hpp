#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lloyd/kernel.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::lloyd {

/// For each account of this rank, how far the centroids may still move before it could change its cluster (after
/// Hamerly 2010, with both bounds in one number): an account holds the gap between its distance to the second nearest
/// centroid and that to its own; its cluster spends, each time the centroids move, its own move and the largest move of
/// any other. As long as less is spent than held, the account's cluster is the one that the kernel would find.
///
/// What is held is lowered, and what is spent raised, by more than all rounding could amount to: the proof stands in
/// bounds.cpp. So bounds skip work and never change an assignment.
class Bounds {
 public:
  /// Room for `tiles` tiles of accounts, which hold nothing. d: features.
  Bounds(std::size_t tiles, int d);

  /// All accounts hold nothing again: their clusters were changed by other hands, or not kept up.
  void forget(int threads);

  /// The clusters spend what the moves from `before` to `after` cost (both k × d grid values).
  void spend(std::span<const double> before, std::span<const double> after);

  /// The lanes (a bit each) of tile t that must be looked at again. `cluster`: kTileAccounts valid indices, those past
  /// the last account too. Thread-safe, as hold() is.
  [[nodiscard]] std::uint64_t spent_lanes(std::size_t t, const std::int32_t* cluster) const;

  /// What nearest_two() found for accounts in a tile's layout becomes what they hold: held[lane], for all lanes.
  void hold(const CentroidPanel& panel, const float* tile, const std::int32_t* cluster, const float* score,
            const float* second_score, float* held) const;
  /// Where the kTileAccounts accounts of tile t keep what they hold.
  [[nodiscard]] float* held(std::size_t t) noexcept { return held_.data() + t * FeatureTiles::kTileAccounts; }

 private:
  int d_;
  std::vector<float> held_;         ///< tiles × kTileAccounts
  std::vector<double> spent_;       ///< k
  std::vector<float> spent_above_;  ///< k, spent_ rounded up
};

}  // namespace tessera::lloyd
