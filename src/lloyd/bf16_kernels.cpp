// Compiled for AVX-512 with BF16, and called only where the CPU has it; elsewhere it is empty.

#include "lloyd/bf16_kernels.hpp"

#if defined(__AVX512BF16__)

#include <immintrin.h>

#include "lloyd/simd_kernels.hpp"

namespace tessera::lloyd {
namespace {

constexpr int kTile = kSimdTile;
constexpr int kLanes = 16;
constexpr int kVectors = kTile / kLanes;

__m512i as_integers(__m512 floats) {
  return _mm512_castps_si512(floats);
}

/// The nearest bf16, halves away from zero; no value here is near the end of the range.
__m512i rounded(__m512 x) {
  return _mm512_and_si512(_mm512_add_epi32(as_integers(x), _mm512_set1_epi32(0x8000)), _mm512_set1_epi32(-0x10000));
}

/// As a table of truth: bit 4a + 2b + c is the answer.
constexpr int kFirstAndSecondOrThird = 0xEA;

struct Squares {
  __m512 norm = _mm512_setzero_ps();
  __m512 error = _mm512_setzero_ps();

  void add(__m512 x, __m512i in_bf16) {
    const __m512 lost = _mm512_sub_ps(x, _mm512_castsi512_ps(in_bf16));
    norm = _mm512_fmadd_ps(x, x, norm);
    error = _mm512_fmadd_ps(lost, lost, error);
  }
};

void convert(const float* tile, int d, const float* origin, Bf16Gap gap, std::uint32_t* pairs, float* gaps) {
  Squares squares[kVectors];
  for (int f = 0; f < d; f += 2) {
    const bool alone = f + 1 == d;
    const __m512 even_origin = _mm512_set1_ps(origin[f]), odd_origin = _mm512_set1_ps(alone ? 0.0F : origin[f + 1]);
    for (int v = 0; v < kVectors; ++v) {
      const float* from = tile + f * kTile + v * kLanes;
      const __m512 even = _mm512_sub_ps(_mm512_loadu_ps(from), even_origin);
      const __m512 odd = alone ? _mm512_setzero_ps() : _mm512_sub_ps(_mm512_loadu_ps(from + kTile), odd_origin);
      const __m512i even_rounded = rounded(even), odd_rounded = rounded(odd);
      squares[v].add(even, even_rounded);
      squares[v].add(odd, odd_rounded);
      _mm512_store_si512(pairs + v * kLanes, _mm512_or_si512(_mm512_srli_epi32(even_rounded, 16), odd_rounded));
    }
    pairs += kTile;
  }
  for (int v = 0; v < kVectors; ++v) {
    __m512 sum = _mm512_fmadd_ps(_mm512_set1_ps(gap.by_square), squares[v].norm, _mm512_set1_ps(gap.base));
    sum = _mm512_fmadd_ps(_mm512_set1_ps(gap.by_norm), _mm512_sqrt_ps(squares[v].norm), sum);
    sum = _mm512_fmadd_ps(_mm512_set1_ps(gap.by_error), _mm512_sqrt_ps(squares[v].error), sum);
    _mm512_store_ps(gaps + v * kLanes, sum);
  }
}

struct Best {
  __m512 least[kVectors], next[kVectors];
  __m512i first[kVectors];
};

template <int kCentroids>
void keep_nearest(const std::uint32_t* group, const float* half_norms, int first, int n_pairs,
                  const std::uint32_t* accounts, Best& best, float* low) {
  __m512 score[kVectors][kCentroids];
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v)
    for (int c = 0; c < kCentroids; ++c) score[v][c] = _mm512_set1_ps(half_norms[c]);
  for (int p = 0; p < n_pairs; ++p) {
    __m512i x[kVectors];
    for (int v = 0; v < kVectors; ++v) x[v] = _mm512_load_si512(accounts + v * kLanes);
    for (int c = 0; c < kCentroids; ++c) {
      const __m512i centroid = _mm512_set1_epi32(static_cast<int>(group[c]));
      for (int v = 0; v < kVectors; ++v)
        score[v][c] =
            _mm512_dpbf16_ps(score[v][c], reinterpret_cast<__m512bh>(x[v]), reinterpret_cast<__m512bh>(centroid));
    }
    accounts += kTile;
    group += kCentroids;
  }
  // As in simd_kernels.cpp: a score carries its number within the group, and only groups are compared.
  const __m512i kept = _mm512_set1_epi32(-(1 << kSimdIndexBits));
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    __m512 least = _mm512_setzero_ps(), next = _mm512_set1_ps(__builtin_inff());
    for (int c = 0; c < kCentroids; ++c) {
      const __m512i number = _mm512_set1_epi32(c);
      const __m512 marked = _mm512_castsi512_ps(
          _mm512_ternarylogic_epi32(as_integers(score[v][c]), kept, number, kFirstAndSecondOrThird));
      if (c == 1) next = _mm512_max_ps(least, marked);
      if (c > 1) next = _mm512_min_ps(next, _mm512_max_ps(least, marked));
      least = c == 0 ? marked : _mm512_min_ps(least, marked);
    }
    _mm512_store_ps(low + v * kLanes, least);
    const __mmask16 nearer = _mm512_cmp_ps_mask(least, best.least[v], _CMP_LT_OQ);
    best.first[v] = _mm512_mask_set1_epi32(best.first[v], nearer, first);
    best.next[v] = _mm512_min_ps(_mm512_min_ps(best.next[v], next), _mm512_max_ps(best.least[v], least));
    best.least[v] = _mm512_min_ps(best.least[v], least);
  }
}

using KeepNearest = void (*)(const std::uint32_t*, const float*, int, int, const std::uint32_t*, Best&, float*);
constexpr KeepNearest kKeepNearest[kSimdGroup] = {keep_nearest<1>, keep_nearest<2>, keep_nearest<3>,
                                                  keep_nearest<4>, keep_nearest<5>, keep_nearest<6>};

std::uint64_t nearest(const std::uint32_t* packed, const float* half_norms, int k, int d, const std::uint32_t* pairs,
                      const float* gaps, const float* next, std::int32_t* index, float* low, float* most) {
  Best best;
  for (int v = 0; v < kVectors; ++v) {
    best.least[v] = best.next[v] = _mm512_set1_ps(__builtin_inff());
    best.first[v] = _mm512_setzero_si512();
  }
  const int n_pairs = (d + 1) / 2;
  const int groups = (k + kSimdGroup - 1) / kSimdGroup, size = k / groups, larger = k % groups;
  TileFetch fetch(next, d, groups);
  for (int g = 0, first = 0; g < groups; ++g) {
    const int members = g < larger ? size + 1 : size;
    kKeepNearest[members - 1](packed, half_norms + first, first, n_pairs, pairs, best, low);
    fetch.fetch_piece();
    packed += static_cast<std::int64_t>(members) * n_pairs;
    first += members;
    low += kTile;
  }
  std::uint64_t undecided = 0;
  const __m512i within_group = _mm512_set1_epi32((1 << kSimdIndexBits) - 1);
  for (int v = 0; v < kVectors; ++v) {
    const __m512 upper = _mm512_add_ps(best.least[v], _mm512_load_ps(gaps + v * kLanes));
    _mm512_store_ps(most + v * kLanes, upper);
    undecided |= static_cast<std::uint64_t>(_mm512_cmp_ps_mask(best.next[v], upper, _CMP_LE_OQ)) << (v * kLanes);
    const __m512i marks = _mm512_and_si512(as_integers(best.least[v]), within_group);
    _mm512_storeu_si512(index + v * kLanes, _mm512_add_epi32(best.first[v], marks));
  }
  return undecided;
}

void candidate_lanes(const float* low, const float* most, int groups, std::uint64_t undecided,
                     std::uint64_t* lanes_of_group) {
  __m512 limit[kVectors];
  for (int v = 0; v < kVectors; ++v) limit[v] = _mm512_load_ps(most + v * kLanes);
  for (int g = 0; g < groups; ++g) {
    std::uint64_t lanes = 0;
    for (int v = 0; v < kVectors; ++v) {
      const __mmask16 near = _mm512_cmp_ps_mask(_mm512_load_ps(low + v * kLanes), limit[v], _CMP_LE_OQ);
      lanes |= static_cast<std::uint64_t>(near) << (v * kLanes);
    }
    lanes_of_group[g] = lanes & undecided;
    low += kTile;
  }
}

}  // namespace

const Bf16Kernels* bf16_kernels() {
  static constexpr Bf16Kernels kKernels = {convert, nearest, candidate_lanes};
  return &kKernels;
}

}  // namespace tessera::lloyd

#else

namespace tessera::lloyd {

const Bf16Kernels* bf16_kernels() {
  return nullptr;
}

}  // namespace tessera::lloyd

#endif
