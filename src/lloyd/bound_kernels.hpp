#pragma once

#include <cstdint>

#include "lloyd/simd_kernels.hpp"

namespace tessera::lloyd {

/// How far a squared distance ‖x‖² + 2 · score may be off: base + scale · ‖x‖².
struct ScoreSlack {
  float base;
  float scale;
};

/// What the accounts of one tile hold, kSimdTile of each: see Bounds.
struct HeldTile {
  float* against_rival;
  float* against_others;
  std::int32_t* rival;
};

/// What the bounds do to every account of a tile, on Highway. Plain pointers for the reason given in simd_kernels.hpp,
/// and on the target that kernel.hpp chose last: call something of kernel.hpp that computes on tiles before.
///
/// The lanes (a bit each) of kSimdTile accounts for which as much was spent as they hold: moved[cluster] + moved[rival]
/// against the rival, spent[cluster] against the others. cluster and rival must be valid indices in every lane.
std::uint64_t spent_lanes(HeldTile held, const std::int32_t* cluster, const float* moved, const float* spent);

/// held_second and held_third of each account of a tile, from the scores of nearest_two; the formula and its proof
/// stand in bounds.cpp. spent_second and spent_third, by lane: what was spent already.
struct ThreeScores {
  const float* first;
  const float* second;
  const float* third;
};
void hold_gaps(const float* tile, int d, const float* origin, ThreeScores scores, ScoreSlack slack,
               const float* spent_second, const float* spent_third, float* held_second, float* held_third);

}  // namespace tessera::lloyd
