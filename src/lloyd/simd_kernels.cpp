// Compiled for AVX2 + FMA and up (or NEON), once for each target of Highway. Every lane is one account and walks the
// features in order with fused multiply-adds, so all targets round alike.

// Scalable vectors cannot be held in arrays, and targets without FMA would round differently.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_SSSE3 | HWY_SSE4)

#include "lloyd/simd_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lloyd/simd_kernels.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tessera::lloyd {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::ScalableTag<float>;
using IntTag = hn::RebindToSigned<FloatTag>;
using Floats = hn::Vec<FloatTag>;
using Ints = hn::Vec<IntTag>;

constexpr int kTile = kSimdTile;
constexpr int kGroup = kSimdGroup;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(FloatTag()));
constexpr int kTileVectors = kTile / kLanes;
// Vectors of accounts in one register block: 4 × 6 sums, 4 features and a centroid fill 29 of 32 registers, 2 × 6 fill
// 15 of 16.
constexpr int kBlock = HWY_TARGET == HWY_AVX2 ? 2 : 4;

// The best so far of one tile; in L1, and in registers while a group is compared.
struct Best {
  alignas(64) float score[kTile];
  alignas(64) std::int32_t index[kTile];
};

// Scores ½‖c‖² − x·c of kCentroids centroids for kBlock vectors of accounts.
template <int kCentroids>
HWY_INLINE void score_group(const float* HWY_RESTRICT group, const float* HWY_RESTRICT half_norms, int d,
                            const float* HWY_RESTRICT accounts, Floats (&score)[kBlock][kCentroids]) {
  const FloatTag tag;
#pragma GCC unroll 4
  for (int v = 0; v < kBlock; ++v) {
    for (int c = 0; c < kCentroids; ++c) score[v][c] = hn::Set(tag, half_norms[c]);
  }
  for (int f = 0; f < d; ++f) {
    Floats x[kBlock];
    for (int v = 0; v < kBlock; ++v) x[v] = hn::Load(tag, accounts + v * kLanes);
    for (int c = 0; c < kCentroids; ++c) {
      const Floats centroid = hn::Set(tag, group[c]);
      for (int v = 0; v < kBlock; ++v) score[v][c] = hn::NegMulAdd(x[v], centroid, score[v][c]);
    }
    accounts += kTile;
    group += kCentroids;
  }
}

// Comparing and choosing an index costs a multiply-add's place on the machine, taking a minimum costs none. So a score
// carries its centroid's number within the group in its kSimdIndexBits lowest bits, and only groups are compared.
// runner_up: the least score but the best one's, to see whether the best is safe.
template <int kCentroids>
HWY_INLINE void keep_nearest(const float* HWY_RESTRICT group, const float* HWY_RESTRICT half_norms, int first, int d,
                             const float* HWY_RESTRICT accounts, int lane, Best& best, float* HWY_RESTRICT runner_up) {
  const FloatTag tag;
  const IntTag int_tag;
  Floats score[kBlock][kCentroids];
  score_group<kCentroids>(group, half_norms, d, accounts + lane, score);
  const Ints kept = hn::Set(int_tag, -(1 << kSimdIndexBits));
#pragma GCC unroll 4
  for (int v = 0; v < kBlock; ++v) {
    Floats low = hn::Zero(tag), next_low = hn::Set(tag, __builtin_inff());
    for (int c = 0; c < kCentroids; ++c) {
      const Floats marked = hn::BitCast(tag, hn::OrAnd(hn::Set(int_tag, c), hn::BitCast(int_tag, score[v][c]), kept));
      if (c == 1) next_low = hn::Max(low, marked);
      if (c > 1) next_low = hn::Min(next_low, hn::Max(low, marked));
      low = c == 0 ? marked : hn::Min(low, marked);
    }
    const int at = lane + v * kLanes;
    const Floats least = hn::Load(tag, best.score + at), next = hn::Load(tag, runner_up + at);
    const auto nearer = hn::RebindMask(int_tag, hn::Lt(low, least));
    hn::Store(hn::IfThenElse(nearer, hn::Set(int_tag, first), hn::Load(int_tag, best.index + at)), int_tag,
              best.index + at);
    hn::Store(hn::Min(hn::Min(next, next_low), hn::Max(least, low)), tag, runner_up + at);
    hn::Store(hn::Min(least, low), tag, best.score + at);
  }
}

template <int kCentroids>
HWY_INLINE void keep_two(const float* HWY_RESTRICT group, const float* HWY_RESTRICT half_norms, int first, int d,
                         const float* HWY_RESTRICT accounts, int lane, Best& best, Best& second,
                         float* HWY_RESTRICT runner_up) {
  const FloatTag tag;
  const IntTag int_tag;
  Floats score[kBlock][kCentroids];
  score_group<kCentroids>(group, half_norms, d, accounts + lane, score);
  for (int v = 0; v < kBlock; ++v) {
    const int at = lane + v * kLanes;
    Floats least = hn::Load(tag, best.score + at), next = hn::Load(tag, second.score + at);
    Floats third = hn::Load(tag, runner_up + at);
    Ints index = hn::Load(int_tag, best.index + at), next_index = hn::Load(int_tag, second.index + at);
    for (int c = 0; c < kCentroids; ++c) {
      const Floats s = score[v][c];
      const Ints j = hn::Set(int_tag, first + c);
      const auto nearer = hn::Lt(s, least), nearer_next = hn::Lt(s, next);
      const auto int_nearer = hn::RebindMask(int_tag, nearer), int_nearer_next = hn::RebindMask(int_tag, nearer_next);
      third = hn::Min(third, hn::Max(next, s));
      next = hn::IfThenElse(nearer, least, hn::IfThenElse(nearer_next, s, next));
      next_index = hn::IfThenElse(int_nearer, index, hn::IfThenElse(int_nearer_next, j, next_index));
      least = hn::IfThenElse(nearer, s, least);
      index = hn::IfThenElse(int_nearer, j, index);
    }
    hn::Store(least, tag, best.score + at);
    hn::Store(index, int_tag, best.index + at);
    hn::Store(next, tag, second.score + at);
    hn::Store(next_index, int_tag, second.index + at);
    hn::Store(third, tag, runner_up + at);
  }
}

// Both walks over the groups: GROUP<size>(arguments) for the size at hand, which takes only the values kGroup and
// below.
#define TESSERA_FOR_GROUP_SIZE(size, GROUP, ...) \
  switch (size) {                                \
    case 1:                                      \
      GROUP<1>(__VA_ARGS__);                     \
      break;                                     \
    case 2:                                      \
      GROUP<2>(__VA_ARGS__);                     \
      break;                                     \
    case 3:                                      \
      GROUP<3>(__VA_ARGS__);                     \
      break;                                     \
    case 4:                                      \
      GROUP<4>(__VA_ARGS__);                     \
      break;                                     \
    case 5:                                      \
      GROUP<5>(__VA_ARGS__);                     \
      break;                                     \
    default:                                     \
      GROUP<6>(__VA_ARGS__);                     \
      break;                                     \
  }

void Fill(float* values, float value) {
  const FloatTag tag;
  for (int lane = 0; lane < kTile; lane += kLanes) hn::Store(hn::Set(tag, value), tag, values + lane);
}

void Clear(Best& best) {
  const IntTag tag;
  Fill(best.score, __builtin_inff());
  for (int lane = 0; lane < kTile; lane += kLanes) hn::Store(hn::Set(tag, -1), tag, best.index + lane);
}

void Give(const Best& best, std::int32_t* index, float* score) {
  const FloatTag tag;
  const IntTag int_tag;
  for (int lane = 0; lane < kTile; lane += kLanes) {
    hn::StoreU(hn::Load(tag, best.score + lane), tag, score + lane);
    hn::StoreU(hn::Load(int_tag, best.index + lane), int_tag, index + lane);
  }
}

// The lanes whose two scores differ by no more than the gap.
std::uint64_t TooClose(const float* lower, const float* higher, const float* squared_norms, SafeGap gap) {
  const FloatTag tag;
  const Floats base = hn::Set(tag, gap.base), scale = hn::Set(tag, gap.scale);
  std::uint64_t lanes = 0;
  for (int lane = 0; lane < kTile; lane += kLanes) {
    const Floats difference = hn::Sub(hn::Load(tag, higher + lane), hn::Load(tag, lower + lane));
    const auto close = hn::Le(difference, hn::MulAdd(scale, hn::Load(tag, squared_norms + lane), base));
    std::uint8_t bits[8] = {};
    hn::StoreMaskBits(tag, close, bits);
    const std::uint64_t found = bits[0] | (kLanes > 8 ? static_cast<std::uint64_t>(bits[1]) << 8 : 0);
    lanes |= found << lane;
  }
  return lanes;
}

void Centre(const float* tile, int d, const float* origin, float* centred, float* squared_norms) {
  const FloatTag tag;
  Floats norm[kTileVectors];
  for (Floats& sum : norm) sum = hn::Zero(tag);
  for (int f = 0; f < d; ++f) {
    const Floats o = hn::Set(tag, origin[f]);
    for (int v = 0; v < kTileVectors; ++v) {
      const int at = f * kTile + v * kLanes;
      const Floats x = hn::Sub(hn::LoadU(tag, tile + at), o);
      hn::Store(x, tag, centred + at);
      norm[v] = hn::MulAdd(x, x, norm[v]);
    }
  }
  for (int v = 0; v < kTileVectors; ++v) hn::Store(norm[v], tag, squared_norms + v * kLanes);
}

std::uint64_t Nearest(const float* packed, const float* half_norms, int k, int d, const float* centred,
                      const float* squared_norms, SafeGap gap, const float* next, std::int32_t* index) {
  Best best;
  alignas(64) float runner_up[kTile];
  Clear(best);
  Fill(runner_up, __builtin_inff());
  const int groups = (k + kGroup - 1) / kGroup, size = k / groups, larger = k % groups;
  TileFetch fetch(next, d, groups);
  for (int g = 0, first = 0; g < groups; ++g) {
    const int members = g < larger ? size + 1 : size;
    for (int lane = 0; lane < kTile; lane += kBlock * kLanes) {
      TESSERA_FOR_GROUP_SIZE(members, keep_nearest, packed, half_norms + first, first, d, centred, lane, best,
                             runner_up)
    }
    fetch.fetch_piece();
    packed += static_cast<std::int64_t>(members) * d;
    first += members;
  }
  const IntTag tag;
  const Ints within_group = hn::Set(tag, (1 << kSimdIndexBits) - 1);
  for (int lane = 0; lane < kTile; lane += kLanes) {
    const Ints marks = hn::And(hn::BitCast(tag, hn::Load(FloatTag(), best.score + lane)), within_group);
    hn::StoreU(hn::Add(hn::Load(tag, best.index + lane), marks), tag, index + lane);
  }
  return TooClose(best.score, runner_up, squared_norms, gap);
}

std::uint64_t NearestTwo(const float* packed, const float* half_norms, int k, int d, const float* centred,
                         const float* squared_norms, SafeGap gap, const float* next, std::int32_t* index, float* score,
                         std::int32_t* second_index, float* second_score, float* third_score) {
  Best best, second;
  alignas(64) float third[kTile];
  Clear(best);
  Clear(second);
  Fill(third, __builtin_inff());
  const int groups = (k + kGroup - 1) / kGroup, size = k / groups, larger = k % groups;
  TileFetch fetch(next, d, groups);
  for (int g = 0, first = 0; g < groups; ++g) {
    const int members = g < larger ? size + 1 : size;
    for (int lane = 0; lane < kTile; lane += kBlock * kLanes) {
      TESSERA_FOR_GROUP_SIZE(members, keep_two, packed, half_norms + first, first, d, centred, lane, best, second,
                             third)
    }
    fetch.fetch_piece();
    packed += static_cast<std::int64_t>(members) * d;
    first += members;
  }
  Give(best, index, score);
  Give(second, second_index, second_score);
  const FloatTag tag;
  for (int lane = 0; lane < kTile; lane += kLanes) hn::StoreU(hn::Load(tag, third + lane), tag, third_score + lane);
  return TooClose(best.score, second.score, squared_norms, gap) | TooClose(second.score, third, squared_norms, gap);
}

// Lanes are centroids here, and a multiplication and an addition round each by itself: plain IEEE double, as a
// textbook's loop.
void SquaredDistances(const double* const* block, int d, const float* const* account,
                      double (*squared)[kSimdExactBlock]) {
  const hn::CappedTag<double, kSimdExactBlock> tag;
  constexpr int kWidth = static_cast<int>(hn::MaxLanes(tag)), kVectors = kSimdExactBlock / kWidth;
  hn::Vec<decltype(tag)> sum[kSimdExactPairs][kVectors];
  for (auto& of_pair : sum)
    for (auto& vector : of_pair) vector = hn::Zero(tag);
  for (int f = 0; f < d; ++f) {
#pragma GCC unroll 4
    for (int p = 0; p < kSimdExactPairs; ++p) {
      const auto x = hn::Set(tag, static_cast<double>(account[p][f * kTile]));
      for (int v = 0; v < kVectors; ++v) {
        const auto difference = hn::Sub(x, hn::LoadU(tag, block[p] + f * kSimdExactBlock + v * kWidth));
        sum[p][v] = hn::Add(sum[p][v], hn::Mul(difference, difference));
      }
    }
  }
  for (int p = 0; p < kSimdExactPairs; ++p)
    for (int v = 0; v < kVectors; ++v) hn::StoreU(sum[p][v], tag, squared[p] + v * kWidth);
}

void LowerSquaredDistances(const float* centre, int d, const float* tile, float* squared) {
  const FloatTag tag;
  Floats sum[kTileVectors];
  for (Floats& of_vector : sum) of_vector = hn::Zero(tag);
  for (int f = 0; f < d; ++f) {
    const Floats c = hn::Set(tag, centre[f]);
    for (int v = 0; v < kTileVectors; ++v) {
      const Floats difference = hn::Sub(hn::LoadU(tag, tile + f * kTile + v * kLanes), c);
      sum[v] = hn::MulAdd(difference, difference, sum[v]);
    }
  }
  for (int v = 0; v < kTileVectors; ++v) {
    const Floats before = hn::LoadU(tag, squared + v * kLanes);
    hn::StoreU(hn::IfThenElse(hn::Lt(sum[v], before), sum[v], before), tag, squared + v * kLanes);
  }
}

// Four features at a time: two rounds of interleaving turn 4 × 4 blocks, and each block of 4 goes to its account's row.
void TransposeToRows(const float* tile, int d, std::int32_t* rows, std::int64_t stride) {
  const hn::Full128<float> tag;
  const hn::Full128<std::int32_t> int_tag;
  const hn::Repartition<std::uint64_t, decltype(int_tag)> pairs;
  const auto per_unit = hn::Set(tag, 1048576.0F);  // 2^20 grid units to 1
  for (int f = 0; f < d; f += 4) {
    for (int lane = 0; lane < kTile; lane += 4) {
      hn::Vec<decltype(int_tag)> feature[4];
      for (int i = 0; i < 4; ++i) {
        feature[i] = f + i < d
                         ? hn::ConvertTo(int_tag, hn::Mul(hn::LoadU(tag, tile + (f + i) * kTile + lane), per_unit))
                         : hn::Zero(int_tag);
      }
      const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(int_tag, feature[0], feature[1]));
      const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(int_tag, feature[2], feature[3]));
      const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(int_tag, feature[0], feature[1]));
      const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(int_tag, feature[2], feature[3]));
      std::int32_t* to = rows + lane * stride + f;
      hn::StoreU(hn::BitCast(int_tag, hn::InterleaveLower(pairs, low01, low23)), int_tag, to);
      hn::StoreU(hn::BitCast(int_tag, hn::InterleaveUpper(pairs, low01, low23)), int_tag, to + stride);
      hn::StoreU(hn::BitCast(int_tag, hn::InterleaveLower(pairs, high01, high23)), int_tag, to + 2 * stride);
      hn::StoreU(hn::BitCast(int_tag, hn::InterleaveUpper(pairs, high01, high23)), int_tag, to + 3 * stride);
    }
  }
}

void AddRow(const std::int32_t* row, int d, int sign, std::int64_t* sums) {
  const hn::ScalableTag<std::int64_t> wide;
  const hn::Rebind<std::int32_t, decltype(wide)> narrow;
  const int lanes = static_cast<int>(hn::MaxLanes(wide));
  int f = 0;
  for (; f + lanes <= d; f += lanes) {
    const auto units = hn::PromoteTo(wide, hn::LoadU(narrow, row + f));
    const auto sum = hn::LoadU(wide, sums + f);
    hn::StoreU(sign > 0 ? hn::Add(sum, units) : hn::Sub(sum, units), wide, sums + f);
  }
  for (; f < d; ++f) sums[f] += sign > 0 ? row[f] : -row[f];
}

const SimdKernels* Kernels() {
  static constexpr SimdKernels kKernels = {
      Centre, Nearest, NearestTwo, SquaredDistances, LowerSquaredDistances, TransposeToRows, AddRow};
  return &kKernels;
}

#undef TESSERA_FOR_GROUP_SIZE
}  // namespace HWY_NAMESPACE
}  // namespace tessera::lloyd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tessera::lloyd {
HWY_EXPORT(Kernels);

std::int64_t supported_simd_targets() {
  return hwy::SupportedTargets() & HWY_TARGETS;
}

const char* simd_target_name(std::int64_t target) {
  return hwy::TargetName(target);
}

const SimdKernels* simd_kernels(std::int64_t target) {
  hwy::GetChosenTarget().Update(target);
  return HWY_DYNAMIC_DISPATCH(Kernels)();
}

}  // namespace tessera::lloyd
#endif
