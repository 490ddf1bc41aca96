#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lloyd/bound_kernels.hpp"
#include "lloyd/kernel.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::lloyd {

/// What nearest_two() finds for the accounts of a tile.
struct NearestThree {
  alignas(64) std::int32_t index[FeatureTiles::kTileAccounts];
  alignas(64) std::int32_t rival[FeatureTiles::kTileAccounts];  ///< the second nearest
  alignas(64) float score[FeatureTiles::kTileAccounts];
  alignas(64) float rival_score[FeatureTiles::kTileAccounts];
  alignas(64) float third_score[FeatureTiles::kTileAccounts];
};

/// For each account of this rank, how far the centroids may still move before it could change its cluster (after
/// Hamerly 2010, with his two bounds in one number, and that twice). An account holds two gaps: by how much its rival,
/// the second nearest centroid, is farther than its own, and by how much the nearest of all others is. Each time the
/// centroids move, the first is spent by the moves of these two alone, the second by the own move and the largest of
/// any other centroid. As long as less is spent than held, both times, the account's cluster is the one that the kernel
/// would find. The rival is told apart because its gap is the narrow one, and it seldom is the one that moves most.
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
  [[nodiscard]] std::uint64_t spent_lanes(std::size_t t, const std::int32_t* cluster) noexcept;

  /// What accounts in a tile's layout hold, given what was found for them: written to `held` for all lanes.
  void hold(const CentroidPanel& panel, const float* tile, const NearestThree& found, HeldTile held) const;
  /// Where the accounts of tile t keep what they hold.
  [[nodiscard]] HeldTile held(std::size_t t) noexcept {
    const std::size_t first = t * FeatureTiles::kTileAccounts;
    return {against_rival_.data() + first, against_others_.data() + first, rival_.data() + first};
  }

 private:
  int d_;
  std::vector<float> against_rival_;  ///< tiles × kTileAccounts, as the next two
  std::vector<float> against_others_;
  std::vector<std::int32_t> rival_;
  std::vector<double> moved_, spent_;             ///< k: own moves so far; with the largest other move
  std::vector<float> moved_above_, spent_above_;  ///< the same, rounded up
};

}  // namespace tessera::lloyd
