#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tessera/feature_tiles.hpp"

namespace tessera::lloyd {

/// k centroids packed for the kernel, relative to an origin on the grid: float(c − origin) by feature, and ½‖c − origin‖²
/// summed in double in the order of the features, then rounded.
struct CentroidPanel {
  /// `centroids`: k × d grid values; `origin`: d grid units.
  CentroidPanel(int k, int d, std::span<const double> centroids, std::span<const std::int32_t> origin);
  int k = 0;
  int d = 0;
  std::vector<float> packed;       ///< layout is the kernel's own affair
  std::vector<float> half_norms;   ///< k (padded)
  std::vector<float> origin;       ///< d, exact
};

/// For the accounts of one tile (all kTileAccounts lanes are written; lanes past the last account are meaningless):
/// the index of the nearest centroid, lower index on ties, by score ½‖c‖² − x·c, each lane walking the features in order with
/// FMA, so every vector width gives the same bits. `tile` is d × kTileAccounts.
void nearest(const CentroidPanel& panel, const float* tile, std::int32_t* index, float* score);

/// The two nearest. second_index is −1 and second_score +∞ where k = 1.
void nearest_two(const CentroidPanel& panel, const float* tile, std::int32_t* index, float* score,
                 std::int32_t* second_index, float* second_score);

/// Name of the SIMD target in use ("AVX3_ZEN4", "AVX2"); TESSERA_SIMD=AVX2 (or AVX3, …) in the environment forces a lower one.
/// Throws Error(kUsage) if the CPU has no target that gives the right bits (FMA is needed).
[[nodiscard]] std::string simd_target();
/// Targets that this machine can run, best first.
[[nodiscard]] std::vector<std::string> simd_targets();

/// Exact integer sums: adds sign · (grid units of the tile's account `lane`) to sums[0 … d).
void add_account(const float* tile, int d, std::size_t lane, int sign, std::int64_t* sums);

}  // namespace tessera::lloyd
