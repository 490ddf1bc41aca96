#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// The stored tree of 2-means splits. Nodes 0 … k−1 are the roots, one a core segment; children follow their parent.
/// An account in an inner node goes to the child whose centroid is nearer (ties: left). In a leaf, it is in the leaf's
/// micro segment, or among the outliers of its core segment if it lies beyond the micro segment's bound.
struct RefinementTree {
  struct Node {
    std::int32_t parent = -1;            ///< −1: a root
    std::int32_t left = -1, right = -1;  ///< −1: a leaf
    std::int32_t core = -1;
    std::int32_t micro = -1;    ///< leaves: micro segment after the merges; inner nodes −1
    std::int64_t accounts = 0;  ///< over all ranks
  };
  /// Where a micro segment ends. Its centre is the mean of its accounts, without crumbs that joined it.
  struct Bound {
    double distance = 0.0;       ///< from the centre, grid values: farther accounts are outliers; +∞: none are
    std::int32_t outliers = -1;  ///< micro segment of the outliers of its core segment; −1: none were there
  };
  int d = 0;
  std::vector<Node> nodes;
  std::vector<double> centroids;  ///< nodes × d, grid values: a root's is its core centroid, a child's its half's
  int n_micro = 0;
  std::vector<Bound> bounds;    ///< n_micro; empty: the job asks for no outliers
  std::vector<double> centres;  ///< n_micro × d, grid values; empty as `bounds`
};

struct Refinement {
  RefinementTree tree;                      ///< the same on every rank
  std::vector<std::int32_t> micro;          ///< n_local, by descending the stored tree
  std::vector<std::int32_t> core_of_micro;  ///< n_micro
  std::vector<std::int64_t> accounts;       ///< n_micro, over all ranks
  std::vector<std::uint8_t> is_outliers;    ///< n_micro: 1 for the outliers of a core segment, its last micro segment
  int rounds = 0;
  bool stopped = false;
};

/// What is refined. All spans are n_local or as said.
struct RefineInput {
  const FeatureTiles& tiles;               ///< in the space of the micro level
  std::span<const std::int32_t> core;      ///< −1: takes no part
  std::span<const double> core_centroids;  ///< k × d grid values; empty: the means, where the space is another
  int k = 0;
  std::span<const std::uint8_t> is_customer = {};  ///< needed where min_customers is above 0
  std::span<const double> value = {};              ///< needed where min_value is above 0; NaN counts 0
};

/// Splits core segments into micro segments: grow all leaves a pass, keep a split where the criterion gains, prune the
/// weakest gain first down to the budget, merge twins and crumbs, set outliers aside. Criteria: BIC (Pelleg & Moore
/// 2000, X-means), the share of variance that the split explains, or Anderson and Darling's test (Hamerly & Elkan 2003,
/// G-means). No micro segment is below a minimum, but where its core segment is as a whole, and but for outliers.
/// Collective. Throws Error(kInternal) if the input's parts do not fit together.
[[nodiscard]] Refinement refine(const Context& context, const RefineInput& input, const RefineSpec& options);

/// The micro segment of every account by the stored tree, given its core segment (−1 stays). Not collective.
[[nodiscard]] std::vector<std::int32_t> descend(const RefinementTree& tree, const FeatureTiles& tiles,
                                                std::span<const std::int32_t> core, int threads);

}  // namespace tessera
