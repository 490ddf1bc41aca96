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

std::uint64_t SpentLanes(const float* held, const std::int32_t* cluster, const float* spent) {
  const FloatTag tag;
  const IntTag int_tag;
  std::uint64_t lanes = 0;
  for (int lane = 0; lane < kTile; lane += kLanes) {
    const Floats by_now = hn::GatherIndex(tag, spent, hn::LoadU(int_tag, cluster + lane));
    std::uint8_t bits[8] = {};
    hn::StoreMaskBits(tag, hn::Ge(by_now, hn::LoadU(tag, held + lane)), bits);
    const std::uint64_t found = bits[0] | (kLanes > 8 ? static_cast<std::uint64_t>(bits[1]) << 8 : 0);
    lanes |= found << lane;
  }
  return lanes;
}

void HoldGaps(const float* tile, int d, const float* origin, const float* score, const float* second_score,
              ScoreSlack score_slack, const float* spent, float* held) {
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
  const Floats base = hn::Set(tag, score_slack.base), scale = hn::Set(tag, score_slack.scale), two = hn::Set(tag, 2.0F);
  const Floats up = hn::Set(tag, 1.0F + 0x1p-20F), down = hn::Set(tag, 1.0F - 0x1p-20F), zero = hn::Zero(tag);
  for (int v = 0; v < kTileVectors; ++v) {
    const int at = v * kLanes;
    const Floats slack = hn::MulAdd(scale, norm[v], base);
    const Floats first = hn::MulAdd(two, hn::LoadU(tag, score + at), norm[v]);
    const Floats second = hn::MulAdd(two, hn::LoadU(tag, second_score + at), norm[v]);
    const Floats upper = hn::Mul(hn::Sqrt(hn::Add(hn::Max(first, zero), slack)), up);
    const Floats lower = hn::Mul(hn::Sqrt(hn::Max(hn::Sub(second, slack), zero)), down);
    const Floats holds = hn::Add(hn::Sub(lower, upper), hn::LoadU(tag, spent + at));
    hn::StoreU(hn::Mul(holds, down), tag, held + at);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tessera::lloyd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tessera::lloyd {
HWY_EXPORT(SpentLanes);
HWY_EXPORT(HoldGaps);

std::uint64_t spent_lanes(const float* held, const std::int32_t* cluster, const float* spent) {
  return HWY_DYNAMIC_DISPATCH(SpentLanes)(held, cluster, spent);
}

void hold_gaps(const float* tile, int d, const float* origin, const float* score, const float* second_score,
               ScoreSlack slack, const float* spent, float* held) {
  HWY_DYNAMIC_DISPATCH(HoldGaps)(tile, d, origin, score, second_score, slack, spent, held);
}

}  // namespace tessera::lloyd
#endif
