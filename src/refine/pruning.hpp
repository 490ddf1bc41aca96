#pragma once

#include "refine/growth.hpp"

namespace tessera::refinement {

/// Undoes splits whose halves are both leaves, the weakest gain first (ties: the later split), until the leaves that
/// are no crumbs are within the budget; and every split that took off a crumb and led to nothing more. The nodes below
/// an undone split stay in the tree, unreachable.
void prune(GrownTree& tree, int budget);

/// By node: the leaf that its accounts are in after pruning; −1 for inner nodes.
[[nodiscard]] std::vector<std::int32_t> leaf_after_pruning(const GrownTree& tree);

}  // namespace tessera::refinement
