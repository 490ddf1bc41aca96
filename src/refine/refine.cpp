#include "tessera/refine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "parallel/agreement.hpp"
#include "refine/growth.hpp"
#include "refine/merging.hpp"
#include "refine/pruning.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

using refinement::GrownTree;
using refinement::MicroSegments;

void check_core_segments(const Context& context, const FeatureTiles& tiles, std::span<const std::int32_t> core,
                         std::span<const double> core_centroids, int k) {
  std::optional<Error> mine;
  if (core.size() != tiles.n_local() ||
      core_centroids.size() != static_cast<std::size_t>(k) * static_cast<std::size_t>(tiles.d()))
    mine.emplace(ExitCode::kInternal,
                 fmt::format("refine was given {} accounts with {} core segments, and {} coordinates for {} x {}",
                             tiles.n_local(), core.size(), core_centroids.size(), k, tiles.d()));
  else if (const auto wrong = std::ranges::find_if(core, [&](std::int32_t c) { return c < -1 || c >= k; });
           wrong != core.end())
    mine.emplace(ExitCode::kInternal, fmt::format("refine was given core segment {} of {}", *wrong, k));
  parallel::throw_together(context.comm, mine);
}

/// The reachable nodes in the order in which they grew, so that children still follow their parent.
RefinementTree stored_tree(const GrownTree& grown, const MicroSegments& segments) {
  RefinementTree tree;
  tree.d = grown.d;
  tree.n_micro = static_cast<int>(segments.accounts.size());
  std::vector<std::int32_t> place(grown.nodes.size(), -1);
  for (std::size_t i = 0; i < grown.nodes.size(); ++i) {
    const GrownTree::Node& node = grown.nodes[i];
    const std::int32_t parent = node.parent < 0 ? -1 : place[static_cast<std::size_t>(node.parent)];
    const bool undone = node.parent >= 0 && (parent < 0 || grown.is_leaf(static_cast<std::size_t>(node.parent)));
    if (undone) continue;
    place[i] = static_cast<std::int32_t>(tree.nodes.size());
    tree.nodes.push_back(
        {.parent = parent, .core = node.core, .micro = segments.micro_of_node[i], .accounts = node.moments.n});
    const auto centroid = grown.centroid(i);
    tree.centroids.insert(tree.centroids.end(), centroid.begin(), centroid.end());
    if (parent < 0) continue;
    RefinementTree::Node& above = tree.nodes[static_cast<std::size_t>(parent)];
    (above.left < 0 ? above.left : above.right) = place[i];
  }
  return tree;
}

}  // namespace

// The starts of the splits follow from exact moments, so neither keys nor a seed come in.
Refinement refine(const Context& context, const FeatureTiles& tiles, std::span<const AccountKey> /*keys*/,
                  std::span<const std::int32_t> core, std::span<const double> core_centroids, int k,
                  const RefineSpec& options, std::uint64_t /*seed*/) {
  check_core_segments(context, tiles, core, core_centroids, k);
  if (k > options.max_micro)
    context.journal.warn(fmt::format(
        "refine: {} core segments are more than max_micro = {}: none is split; raise max_micro", k, options.max_micro));

  refinement::Growth growth = refinement::grow(context, tiles, core, core_centroids, k, options);
  refinement::prune(growth.tree, std::max(k, options.max_micro));
  const MicroSegments segments = refinement::merge_leaves(growth.tree);

  Refinement result;
  result.tree = stored_tree(growth.tree, segments);
  result.micro.resize(tiles.n_local(), -1);
  const std::vector<std::int32_t> leaf_of_node = refinement::leaf_after_pruning(growth.tree);
  for (std::size_t i = 0; i < result.micro.size(); ++i) {
    if (growth.node_of[i] < 0) continue;
    const std::int32_t leaf = leaf_of_node[static_cast<std::size_t>(growth.node_of[i])];
    result.micro[i] = segments.micro_of_node[static_cast<std::size_t>(leaf)];
  }
  result.core_of_micro = segments.core_of_micro;
  result.accounts = segments.accounts;
  result.rounds = growth.rounds;
  result.stopped = growth.stopped;
  return result;
}

}  // namespace tessera
