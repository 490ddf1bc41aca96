#pragma once

#include <cstdint>

namespace tessera::lloyd {

/// What the kernels are laid out for: FeatureTiles::kTileAccounts, CentroidPanel::kGroup and
/// CentroidPanel::kExactBlock.
constexpr int kSimdTile = 64;
constexpr int kSimdGroup = 6;
constexpr int kSimdExactBlock = 8;
/// What a number below kSimdGroup takes.
constexpr int kSimdIndexBits = 3;

/// When a difference of two scores decides: where it is above base + scale · ‖x‖².
struct SafeGap {
  float base;
  float scale;
};

/// The kernels of one SIMD target. Plain pointers only: the file behind them is compiled for AVX2 and up, and any
/// inline function of the standard library that it instantiated could be the copy that the linker keeps for the whole
/// program. All on one tile of kSimdTile accounts; `centred` is 64-byte aligned; see kernel.hpp for what each computes.
struct SimdKernels {
  /// centred = tile − origin, and the squared norm of each account in it.
  void (*centre)(const float* tile, int d, const float* origin, float* centred, float* squared_norms);
  /// Both give the lanes (a bit each) where the scores lie too close for float to decide. `nearest` compares scores
  /// whose kSimdIndexBits lowest bits are replaced.
  std::uint64_t (*nearest)(const float* packed, const float* half_norms, int k, int d, const float* centred,
                           const float* squared_norms, SafeGap gap, std::int32_t* index);
  std::uint64_t (*nearest_two)(const float* packed, const float* half_norms, int k, int d, const float* centred,
                               const float* squared_norms, SafeGap gap, std::int32_t* index, float* score,
                               std::int32_t* second_index, float* second_score, float* third_score);
  /// squared[c] = Σ(x − c)² in double, of one account (features a tile's width apart) and a block of kSimdExactBlock
  /// centroids, features outermost.
  void (*squared_distances)(const double* block, int d, const float* account, double* squared);
  void (*lower_squared_distances)(const float* centre, int d, const float* tile, float* squared);
  void (*transpose_to_rows)(const float* tile, int d, std::int32_t* rows, std::int64_t stride);
  void (*add_row)(const std::int32_t* row, int d, int sign, std::int64_t* sums);
};

/// Targets that this CPU can run among those compiled, best first; a bit each, as Highway numbers them. Call only on a
/// CPU that has the baseline of simd_kernels.cpp.
std::int64_t supported_simd_targets();
const char* simd_target_name(std::int64_t target);
/// The kernels of one supported target.
const SimdKernels* simd_kernels(std::int64_t target);

}  // namespace tessera::lloyd
