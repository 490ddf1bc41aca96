#pragma once

#include <cstdint>

namespace tessera::lloyd {

/// How far two scores of an account must lie apart in bf16: base + by_norm · ‖x‖ + by_error · ‖x − x̃‖ + by_square ·
/// ‖x‖².
struct Bf16Gap {
  float base = 0.0F;
  float by_norm = 0.0F;
  float by_error = 0.0F;
  float by_square = 0.0F;
};

/// The first pass in bf16. As in simd_kernels.hpp, the file behind it uses nothing of the standard library. A tile has
/// kSimdTile accounts; all but `tile` is 64-byte aligned.
struct Bf16Kernels {
  /// x̃, the tile less the origin in bf16, two features in 32 bits (the even one in the lower half; a last odd one
  /// beside zero), and the gap of each account.
  void (*convert)(const float* tile, int d, const float* origin, Bf16Gap gap, std::uint32_t* pairs, float* gaps);
  /// Scores ½‖c‖² − x̃·c̃ against all centroids, which are packed as those of CentroidPanel are, in pairs as x̃ is, and
  /// negated. Gives the lanes (a bit each) where more than one centroid is within the gap of the least score; index is
  /// right for the others. low: for each group its least score, kSimdTile a group. most: the least score and the gap.
  /// next: as in simd_kernels.hpp.
  std::uint64_t (*nearest)(const std::uint32_t* packed, const float* half_norms, int k, int d,
                           const std::uint32_t* pairs, const float* gaps, const float* next, std::int32_t* index,
                           float* low, float* most);
  /// For each group, the undecided lanes whose least score in it is at most `most`: where the nearest centroid may be.
  void (*candidate_lanes)(const float* low, const float* most, int groups, std::uint64_t undecided,
                          std::uint64_t* lanes_of_group);
};
/// Null where they are not compiled in. Call only on a CPU that has AVX-512 with BF16.
const Bf16Kernels* bf16_kernels();

}  // namespace tessera::lloyd
