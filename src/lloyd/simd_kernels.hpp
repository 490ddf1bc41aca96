#pragma once

#include <cstdint>

namespace tessera::lloyd {

/// What the kernels are laid out for: FeatureTiles::kTileAccounts, CentroidPanel::kGroup and
/// CentroidPanel::kExactBlock.
constexpr int kSimdTile = 64;
constexpr int kSimdGroup = 6;
constexpr int kSimdExactBlock = 8;
/// Pairs of an account and a block of centroids that are compared in double at once.
constexpr int kSimdExactPairs = 4;
/// What a number below kSimdGroup takes.
constexpr int kSimdIndexBits = 3;
constexpr int kCacheLineFloats = 16;

struct alignas(64) CacheLine {
  float values[kCacheLineFloats];
};
constexpr int kTileLines = kSimdTile / kCacheLineFloats;  ///< of each feature of a tile

/// Fetches a tile into the cache, a piece with every group of centroids, while the one before it is compared: all at
/// once it would wait for memory, and so would the next tile without it. Always inlined: the files that use it are
/// compiled for different CPUs, and the linker must not find a copy to share.
class TileFetch {
 public:
  /// `tile`: the one that comes next, d × kSimdTile; null: none.
  __attribute__((always_inline)) TileFetch(const float* tile, int d, int groups)
      : at_(tile), lines_(tile == nullptr ? 0 : d * kTileLines), piece_((lines_ + groups - 1) / groups) {}
  __attribute__((always_inline)) void fetch_piece() noexcept {
    for (int end = lines_ > piece_ ? lines_ - piece_ : 0; lines_ > end; --lines_, at_ += kCacheLineFloats)
      __builtin_prefetch(at_);
  }

 private:
  const float* at_;
  int lines_;
  int piece_;
};

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
  /// whose kSimdIndexBits lowest bits are replaced. `next`: the tile to fetch meanwhile, or null.
  std::uint64_t (*nearest)(const float* packed, const float* half_norms, int k, int d, const float* centred,
                           const float* squared_norms, SafeGap gap, const float* next, std::int32_t* index);
  std::uint64_t (*nearest_two)(const float* packed, const float* half_norms, int k, int d, const float* centred,
                               const float* squared_norms, SafeGap gap, const float* next, std::int32_t* index,
                               float* score, std::int32_t* second_index, float* second_score, float* third_score);
  /// squared[p][c] = Σ(x − c)² in double, of account p (features a tile's width apart) and block p of kSimdExactBlock
  /// centroids, features outermost; kSimdExactPairs of them, as each alone would wait for its own additions.
  void (*squared_distances)(const double* const* block, int d, const float* const* account,
                            double (*squared)[kSimdExactBlock]);
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
