#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lloyd/bf16_pass.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::lloyd {

/// k centroids packed for the kernel: in double as they are, and relative to an origin on the grid as float(c − origin)
/// with half the squared norm of those floats, summed in double in the order of the features, then rounded.
///
/// In float the centroids stand in groups of nearly equal size, at most kGroup; within a group the features are
/// outermost, so the kernel reads one group end to end and no lane of any tail is wasted.
struct CentroidPanel {
  static constexpr int kGroup = 6;
  static constexpr int kExactBlock = 8;

  /// `centroids`: k × d grid values, k ≥ 1; `origin`: d grid units.
  CentroidPanel(int k, int d, std::span<const double> centroids, std::span<const std::int32_t> origin);
  int k = 0;
  int d = 0;
  std::vector<float> packed;      ///< k × d
  std::vector<float> half_norms;  ///< k
  std::vector<float> origin;      ///< d, exact
  std::vector<double> exact;      ///< the groups, each filled up with zeros to kExactBlock
  float largest_norm = 0.0F;      ///< squared, relative to the origin
  Bf16Panel bf16;
};

/// For the accounts of one tile (all kTileAccounts lanes are written; lanes past the last account are meaningless):
/// the index of the nearest centroid, as a plain loop in double over Σ_f (x_f − c_f)² in the order of the features
/// finds it, lower index on ties. So the answer depends neither on the machine nor on the origin.
///
/// It is found in float: by score ½‖c‖² − x·c relative to the origin. Where the two least scores lie so close that
/// rounding could have swapped them (the bound stands in kernel.cpp, with its proof), the loop in double decides. A
/// good origin, near the accounts, keeps the doubtful cases few.
///
/// `tile` is d × kTileAccounts, as it stands in FeatureTiles: the kernel subtracts the origin itself. `next`: the tile
/// that the caller will turn to next, to be fetched into the cache meanwhile; null: none. Thread-safe, like all here.
void nearest(const CentroidPanel& panel, const float* tile, std::int32_t* index, const float* next = nullptr);

/// Some of a panel's centroids, packed by themselves in an order of their own.
class PanelSelection {
 public:
  /// `chosen`: at least one. The memory is used again.
  void choose(const CentroidPanel& panel, std::span<const std::int32_t> chosen);

 private:
  friend void nearest_among(const CentroidPanel&, const PanelSelection&, int, const float*, std::int32_t*,
                            const float*);
  std::vector<float> packed_;           ///< groups of kGroup, the last one filled up with what is farther than all
  std::vector<float> half_norms_;       ///< as the groups are
  std::vector<std::int32_t> centroid_;  ///< their numbers in the panel
};

/// What nearest() gives, where the caller knows that for every account of the tile the nearest centroid is among the
/// first `count` of `some`, without ties with any other. A few more may be compared, and all of the panel for an
/// account that float cannot decide.
void nearest_among(const CentroidPanel& panel, const PanelSelection& some, int count, const float* tile,
                   std::int32_t* index, const float* next = nullptr);

/// The two ways to it, for tests and benchmarks; nearest() goes whichever is faster.
void nearest_by_float(const CentroidPanel& panel, const float* tile, std::int32_t* index, const float* next = nullptr);
/// Only if has_first_pass(panel). What the first pass left over.
Bf16Left nearest_by_bf16(const CentroidPanel& panel, const float* tile, std::int32_t* index,
                         const float* next = nullptr);
/// The panel has centroids in bf16, and the SIMD target in use has AVX-512.
[[nodiscard]] bool has_first_pass(const CentroidPanel& panel);

/// The two nearest, in the same sense, and the two least scores: ‖x − c‖² is ‖x‖² + 2 · score to within rounding, with
/// x relative to the origin. (Where scores are too close for float to tell, they may belong to each other's centroid.)
/// Each lane walks the features in order with FMA, so every vector width gives the same bits. second_index is −1 and
/// second_score +∞ where k = 1. third_score, if asked for, is the least score of all others; +∞ where there are none.
void nearest_two(const CentroidPanel& panel, const float* tile, std::int32_t* index, float* score,
                 std::int32_t* second_index, float* second_score, float* third_score = nullptr,
                 const float* next = nullptr);

/// squared[lane] = min(squared[lane], Σ_f (x_f − c_f)²) for the kTileAccounts lanes of a tile, directly and so without
/// cancellation: 0 exactly where x = c. `centre`: d values, anywhere; on the grid x − c is exact.
void lower_squared_distances(const float* centre, int d, const float* tile, float* squared);

/// Exact integer sums: adds times · (grid units of the tile's account `lane`) to sums[0 … d).
void add_account(const float* tile, int d, std::size_t lane, std::int64_t times, std::int64_t* sums);

/// The grid units of a whole tile with the accounts as rows, where many of them are to be added: rows is
/// kTileAccounts × row_stride(d).
void transpose_to_rows(const float* tile, int d, std::int32_t* rows);
[[nodiscard]] constexpr std::size_t row_stride(int d) noexcept {
  return (static_cast<std::size_t>(d) + 3) & ~std::size_t{3};
}
/// Adds sign · row[0 … d) to sums[0 … d); sign: 1 or −1.
void add_row(const std::int32_t* row, int d, int sign, std::int64_t* sums);

/// Name of the SIMD target in use ("AVX3", "AVX2", "NEON"); TESSERA_SIMD=AVX2 in the environment forces a lower one.
/// Throws Error(kUsage) if the CPU has no target that gives the right bits (FMA is needed), or TESSERA_SIMD names none
/// that this machine can run. So do all functions above that compute on tiles, on their first call.
[[nodiscard]] std::string simd_target();
/// Targets that this machine can run, best first.
[[nodiscard]] std::vector<std::string> simd_targets();
/// From now on this target is used, whatever TESSERA_SIMD says: for the tests and benchmarks that walk over
/// simd_targets(). Not while another thread computes. Throws Error(kUsage) for an unknown name.
void use_simd_target(const std::string& name);

}  // namespace tessera::lloyd
