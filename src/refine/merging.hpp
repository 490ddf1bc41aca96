#pragma once

#include <cstdint>
#include <vector>

#include "refine/growth.hpp"

namespace tessera::refinement {

/// The micro segments, and the one of every reachable leaf.
struct MicroSegments {
  std::vector<std::int32_t> micro_of_node;  ///< −1: no reachable leaf
  std::vector<std::int32_t> core_of_micro;
  std::vector<std::int64_t> accounts;
  std::vector<Worth> worth;
  std::vector<Moments> proper;  ///< of a segment's accounts without the crumbs that joined it
};

/// Joins the leaves of a core segment that are not segments of their own: crumbs go to the nearest leaf that is none
/// (by means; ties: the first), and *twins*, sets of leaves that the criterion would rather see as one, are joined, the
/// clearest first. Halves of one split are never twins, but cousins can be: a cut through a dense part, made before the
/// parts were known. (Under Anderson and Darling's test BIC looks for twins, so there it must not join leaves that the
/// test has kept apart.) Crumbs of negative value can pull a segment below the least one: it joins the nearest.
/// Micro segments are numbered by core segment, then by their first leaf from left to right.
[[nodiscard]] MicroSegments merge_leaves(const GrownTree& tree);

}  // namespace tessera::refinement
