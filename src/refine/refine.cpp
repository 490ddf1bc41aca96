#include "tessera/refine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "parallel/agreement.hpp"
#include "refine/growth.hpp"
#include "refine/merging.hpp"
#include "refine/outliers.hpp"
#include "refine/pruning.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

using refinement::GrownTree;
using refinement::MicroSegments;

void check_input(const Context& context, const RefineInput& input, const RefineSpec& options) {
  std::optional<Error> mine;
  const std::size_t n = input.tiles.n_local();
  const std::size_t coordinates = static_cast<std::size_t>(input.k) * static_cast<std::size_t>(input.tiles.d());
  const auto fits = [n](std::size_t size, bool is_needed) { return size == n || (size == 0 && !is_needed); };
  const auto wrong = std::ranges::find_if(input.core, [&](std::int32_t c) { return c < -1 || c >= input.k; });
  if (input.core.size() != n || (!input.core_centroids.empty() && input.core_centroids.size() != coordinates))
    mine.emplace(ExitCode::kInternal,
                 fmt::format("refine was given {} accounts with {} core segments, and {} coordinates for {} x {}", n,
                             input.core.size(), input.core_centroids.size(), input.k, input.tiles.d()));
  else if (wrong != input.core.end())
    mine.emplace(ExitCode::kInternal, fmt::format("refine was given core segment {} of {}", *wrong, input.k));
  else if (!fits(input.is_customer.size(), options.min_customers > 0) ||
           !fits(input.value.size(), options.min_value > 0.0))
    mine.emplace(ExitCode::kInternal, fmt::format("refine was given {} accounts with {} customer flags and {} values",
                                                  n, input.is_customer.size(), input.value.size()));
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

/// By account, before outliers are set aside.
std::vector<std::int32_t> micro_of_accounts(const refinement::Growth& growth, const MicroSegments& segments) {
  std::vector<std::int32_t> micro(growth.node_of.size(), -1);
  const std::vector<std::int32_t> leaf_of_node = refinement::leaf_after_pruning(growth.tree);
  for (std::size_t i = 0; i < micro.size(); ++i) {
    if (growth.node_of[i] < 0) continue;
    const std::int32_t leaf = leaf_of_node[static_cast<std::size_t>(growth.node_of[i])];
    micro[i] = segments.micro_of_node[static_cast<std::size_t>(leaf)];
  }
  return micro;
}

}  // namespace

Refinement refine(const Context& context, const RefineInput& input, const RefineSpec& options) {
  check_input(context, input, options);
  if (input.k > options.max_micro)
    context.journal.warn(
        fmt::format("refine: {} core segments are more than max_micro = {}: none is split; raise "
                    "max_micro",
                    input.k, options.max_micro));

  refinement::Growth growth = refinement::grow(context, input, options);
  refinement::prune(growth.tree, std::max(input.k, options.max_micro));
  MicroSegments segments = refinement::merge_leaves(growth.tree);

  Refinement result;
  result.tree = stored_tree(growth.tree, segments);
  result.micro = micro_of_accounts(growth, segments);
  result.is_outliers.assign(segments.accounts.size(), 0);
  if (options.outliers > 0.0)
    result.is_outliers = refinement::set_outliers_aside(context, input, options.outliers, growth.tree.least,
                                                        result.tree, segments, result.micro);
  result.core_of_micro = std::move(segments.core_of_micro);
  result.accounts = std::move(segments.accounts);
  result.rounds = growth.rounds;
  result.stopped = growth.stopped;
  return result;
}

}  // namespace tessera
