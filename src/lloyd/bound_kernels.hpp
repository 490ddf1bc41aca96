#pragma once

#include <cstdint>

#include "lloyd/simd_kernels.hpp"

namespace tessera::lloyd {

/// How far a squared distance ‖x‖² + 2 · score may be off: base + scale · ‖x‖².
struct ScoreSlack {
  float base;
  float scale;
};

/// What the bounds do to every account of a tile, on Highway. Plain pointers for the reason given in simd_kernels.hpp,
/// and on the target that kernel.hpp chose last: call something of kernel.hpp that computes on tiles before.
///
/// The lanes (a bit each) of kSimdTile accounts whose cluster has spent what they held: spent[cluster] >= held.
/// `cluster` must be a valid index in every lane.
std::uint64_t spent_lanes(const float* held, const std::int32_t* cluster, const float* spent);

/// What each account of a tile holds from now on; the formula and its proof stand in bounds.cpp. score and second_score
/// are those of nearest_two; spent, by lane, is what the account's cluster has spent already.
void hold_gaps(const float* tile, int d, const float* origin, const float* score, const float* second_score,
               ScoreSlack slack, const float* spent, float* held);

}  // namespace tessera::lloyd
