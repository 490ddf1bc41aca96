#pragma once

#include <oneapi/tbb/task_arena.h>

#include <cstdint>
#include <span>
#include <vector>

#include "refine/leaf_tiles.hpp"
#include "refine/moments.hpp"
#include "tessera/context.hpp"

namespace tessera::refinement {

/// Collective. Exact moments of the gathered accounts whose slot in `chosen` is 1, by leaf; `chosen[leaf]` points to a
/// value a slot (all slots, not the leaf's alone), nullptr leaves a leaf out.
[[nodiscard]] std::vector<Moments> moments_of(const Context& context, tbb::task_arena& arena, const LeafTiles& leaves,
                                              std::span<const std::uint8_t* const> chosen);

}  // namespace tessera::refinement
