#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "refine/moments.hpp"
#include "refine/worth.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"
#include "tessera/refine.hpp"

namespace tessera::refinement {

/// The tree while it grows, is pruned and merged: the stored tree and what the decisions were made on. Nodes 0 … k−1
/// are the roots; children follow their parent, the right one next to the left.
struct GrownTree {
  struct Node {
    std::int32_t parent = -1;
    std::int32_t left = -1;  ///< −1: a leaf; the right child is left + 1
    std::int32_t core = -1;
    Moments moments;
    Worth worth;
    double gain = 0.0;   ///< of its split, by the criterion
    int peels = 0;       ///< splits above it that only took a crumb off
    bool tried = false;  ///< no further split is to be tried
  };
  int d = 0;
  int k = 0;
  Minimums least;
  SplitCriterion criterion = SplitCriterion::kBic;
  std::vector<Node> nodes;
  std::vector<double> centroids;  ///< nodes × d, grid values

  [[nodiscard]] std::span<const double> centroid(std::size_t node) const {
    const auto width = static_cast<std::size_t>(d);
    return {centroids.data() + node * width, width};
  }
  [[nodiscard]] bool is_leaf(std::size_t node) const { return nodes[node].left < 0; }
  /// Below a minimum of micro segments, so it will join another. A root never is: a small core segment stays what it
  /// is.
  [[nodiscard]] bool is_crumb(std::size_t node) const {
    return nodes[node].parent >= 0 && !least.are_met(nodes[node].moments.n, nodes[node].worth);
  }
};

struct Growth {
  GrownTree tree;                     ///< the same on every rank
  std::vector<std::int32_t> node_of;  ///< n_local: the leaf that each account is in; −1: in no core segment
  int rounds = 0;
  bool stopped = false;
};

/// Grows the tree from the core segments: every round tries all leaves not yet tried, together, and keeps the splits
/// that gain by the criterion; ends when nothing is left to try, at twice the budget, or at a stop signal. Collective.
[[nodiscard]] Growth grow(const Context& context, const RefineInput& input, const RefineSpec& options);

}  // namespace tessera::refinement
