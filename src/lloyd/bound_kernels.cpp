// Compiled as simd_kernels.cpp is, and for the same targets.

#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_SSSE3 | HWY_SSE4)

#include "lloyd/bound_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lloyd/bound_kernels.cpp"
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

constexpr int kTile = kSimdTile;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(FloatTag()));
constexpr int kTileVectors = kTile / kLanes;

std::uint64_t SpentLanes(HeldTile held, const std::int32_t* cluster, const float* moved, const float* spent) {
  const FloatTag tag;
  const IntTag int_tag;
  std::uint64_t lanes = 0;
  for (int lane = 0; lane < kTile; lane += kLanes) {
    const auto own = hn::LoadU(int_tag, cluster + lane), rival = hn::LoadU(int_tag, held.rival + lane);
    const Floats on_rival = hn::Add(hn::GatherIndex(tag, moved, own), hn::GatherIndex(tag, moved, rival));
    const Floats on_others = hn::GatherIndex(tag, spent, own);
    const auto is_spent = hn::Or(hn::Ge(on_rival, hn::LoadU(tag, held.against_rival + lane)),
                                 hn::Ge(on_others, hn::LoadU(tag, held.against_others + lane)));
    std::uint8_t bits[8] = {};
    hn::StoreMaskBits(tag, is_spent, bits);
    const std::uint64_t found = bits[0] | (kLanes > 8 ? static_cast<std::uint64_t>(bits[1]) << 8 : 0);
    lanes |= found << lane;
  }
  return lanes;
}

// (√(second − slack) − √(first + slack) + spent), lowered.
HWY_INLINE Floats Gap(Floats upper, Floats squared, Floats slack, Floats spent) {
  const FloatTag tag;
  const Floats down = hn::Set(tag, 1.0F - 0x1p-20F);
  const Floats lower = hn::Mul(hn::Sqrt(hn::Max(hn::Sub(squared, slack), hn::Zero(tag))), down);
  return hn::Mul(hn::Add(hn::Sub(lower, upper), spent), down);
}

void HoldGaps(const float* tile, int d, const float* origin, ThreeScores scores, ScoreSlack score_slack,
              const float* spent_second, const float* spent_third, float* held_second, float* held_third) {
  const FloatTag tag;
  Floats norm[kTileVectors];
  for (Floats& sum : norm) sum = hn::Zero(tag);
  for (int f = 0; f < d; ++f) {
    const Floats o = hn::Set(tag, origin[f]);
    for (int v = 0; v < kTileVectors; ++v) {
      const Floats x = hn::Sub(hn::LoadU(tag, tile + f * kTile + v * kLanes), o);
      norm[v] = hn::MulAdd(x, x, norm[v]);
    }
  }
  const Floats base = hn::Set(tag, score_slack.base), scale = hn::Set(tag, score_slack.scale);
  const Floats two = hn::Set(tag, 2.0F), up = hn::Set(tag, 1.0F + 0x1p-20F);
  for (int v = 0; v < kTileVectors; ++v) {
    const int at = v * kLanes;
    const Floats slack = hn::MulAdd(scale, norm[v], base);
    const Floats first = hn::MulAdd(two, hn::LoadU(tag, scores.first + at), norm[v]);
    const Floats second = hn::MulAdd(two, hn::LoadU(tag, scores.second + at), norm[v]);
    const Floats third = hn::MulAdd(two, hn::LoadU(tag, scores.third + at), norm[v]);
    const Floats upper = hn::Mul(hn::Sqrt(hn::Add(hn::Max(first, hn::Zero(tag)), slack)), up);
    hn::StoreU(Gap(upper, second, slack, hn::LoadU(tag, spent_second + at)), tag, held_second + at);
    hn::StoreU(Gap(upper, third, slack, hn::LoadU(tag, spent_third + at)), tag, held_third + at);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tessera::lloyd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tessera::lloyd {
HWY_EXPORT(SpentLanes);
HWY_EXPORT(HoldGaps);

std::uint64_t spent_lanes(HeldTile held, const std::int32_t* cluster, const float* moved, const float* spent) {
  return HWY_DYNAMIC_DISPATCH(SpentLanes)(held, cluster, moved, spent);
}

void hold_gaps(const float* tile, int d, const float* origin, ThreeScores scores, ScoreSlack slack,
               const float* spent_second, const float* spent_third, float* held_second, float* held_third) {
  HWY_DYNAMIC_DISPATCH(HoldGaps)
  (tile, d, origin, scores, slack, spent_second, spent_third, held_second, held_third);
}

}  // namespace tessera::lloyd
#endif
