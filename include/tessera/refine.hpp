#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/account_key.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// The stored tree of 2-means splits. Nodes 0 … k−1 are the roots, one a core segment; children follow their parent.
/// An account in an inner node goes to the child whose centroid is nearer (ties: left).
struct RefinementTree {
  struct Node {
    std::int32_t parent = -1;            ///< −1: a root
    std::int32_t left = -1, right = -1;  ///< −1: a leaf
    std::int32_t core = -1;
    std::int32_t micro = -1;    ///< leaves: micro segment after the merges; inner nodes −1
    std::int64_t accounts = 0;  ///< over all ranks
  };
  int d = 0;
  std::vector<Node> nodes;
  std::vector<double> centroids;  ///< nodes × d, grid values: a root's is its core centroid, a child's its half's
  int n_micro = 0;
};

struct Refinement {
  RefinementTree tree;                      ///< the same on every rank
  std::vector<std::int32_t> micro;          ///< n_local, by descending the stored tree
  std::vector<std::int32_t> core_of_micro;  ///< n_micro
  std::vector<std::int64_t> accounts;       ///< n_micro, over all ranks
  int rounds = 0;
  bool stopped = false;
};

/// Splits core segments into micro segments: grow all leaves a pass, keep a split where BIC (Pelleg & Moore 2000,
/// X-means) gains, prune the weakest gain first down to the budget, merge twins and crumbs. Collective. `core` is
/// n_local (Clustering::nearest), `core_centroids` k × d grid values.
[[nodiscard]] Refinement refine(const Context& context, const FeatureTiles& tiles, std::span<const AccountKey> keys,
                                std::span<const std::int32_t> core, std::span<const double> core_centroids, int k,
                                const RefineSpec& options, std::uint64_t seed);

/// The micro segment of every account by the stored tree, given its core segment. Not collective.
[[nodiscard]] std::vector<std::int32_t> descend(const RefinementTree& tree, const FeatureTiles& tiles,
                                                std::span<const std::int32_t> core, int threads);

}  // namespace tessera
