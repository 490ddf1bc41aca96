#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <optional>

#include "refine/outliers.hpp"
#include "refine/two_means.hpp"
#include "tessera/refine.hpp"

namespace tessera {
namespace {

using Rules = std::vector<std::optional<lloyd::CentroidPanel>>;

/// The rule of every inner node; none for leaves.
Rules rules_of(const RefinementTree& tree) {
  const auto d = static_cast<std::size_t>(tree.d);
  const auto centroid = [&](std::int32_t node) {
    return std::span<const double>(tree.centroids).subspan(static_cast<std::size_t>(node) * d, d);
  };
  Rules rules(tree.nodes.size());
  std::vector<double> halves(2 * d);
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const RefinementTree::Node& node = tree.nodes[i];
    if (node.left < 0) continue;
    std::ranges::copy(centroid(node.left), halves.begin());
    std::ranges::copy(centroid(node.right), halves.begin() + tree.d);
    rules[i].emplace(refinement::split_rule(halves, centroid(static_cast<std::int32_t>(i))));
  }
  return rules;
}

/// Takes the accounts of one tile from their nodes to their leaves. All that pass a node are in it at the same time, so
/// each of the nodes is evaluated once.
void descend_tile(const RefinementTree& tree, const Rules& rules, const float* tile, std::span<std::int32_t> node_of) {
  alignas(64) std::int32_t nearer[FeatureTiles::kTileAccounts];
  for (const std::int32_t& mine : node_of) {
    while (mine >= 0 && rules[static_cast<std::size_t>(mine)]) {
      const std::int32_t node = mine;
      const RefinementTree::Node& inner = tree.nodes[static_cast<std::size_t>(node)];
      lloyd::nearest(*rules[static_cast<std::size_t>(node)], tile, nearer);
      for (std::size_t lane = 0; lane < node_of.size(); ++lane)
        if (node_of[lane] == node) node_of[lane] = nearer[lane] == 0 ? inner.left : inner.right;
    }
  }
}

}  // namespace

std::vector<std::int32_t> descend(const RefinementTree& tree, const FeatureTiles& tiles,
                                  std::span<const std::int32_t> core, int threads) {
  const Rules rules = rules_of(tree);
  std::vector<std::int32_t> micro(core.begin(), core.end());  // a core segment's number is its root's
  tbb::task_arena(threads).execute([&] {
    tbb::parallel_for(std::size_t{0}, tiles.n_tiles(), [&](std::size_t t) {
      const std::span<std::int32_t> accounts(micro.data() + t * FeatureTiles::kTileAccounts, tiles.accounts_in(t));
      descend_tile(tree, rules, tiles.tile(t), accounts);
      for (std::int32_t& node : accounts)
        if (node >= 0) node = tree.nodes[static_cast<std::size_t>(node)].micro;
    });
  });
  refinement::move_outliers(tree, tiles, micro, threads);
  return micro;
}

}  // namespace tessera
