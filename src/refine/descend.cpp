#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <array>
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

constexpr std::size_t kTileLanes = FeatureTiles::kTileAccounts;
/// Tiles whose accounts are put in the order of their core segments together: so many that each of a usual number of
/// core segments fills tiles of its own, and so few that they stay in the second-level cache.
constexpr std::size_t kTilesAtOnce = 64;

/// The accounts of a few tiles, by core segment: in the tiles as they are each core segment has a few accounts, and the
/// rules of all of them would be evaluated for every tile.
class ByCore {
 public:
  ByCore(const RefinementTree& tree, const Rules& rules, const FeatureTiles& tiles)
      : tree_(tree), rules_(rules), tiles_(tiles), gathered_(kTileLanes, tiles.d()) {}

  /// `node_of`: the accounts of the tiles from `first_tile` on, each in the root of its core segment or none (−1).
  void descend(std::size_t first_tile, std::span<std::int32_t> node_of) {
    sort(node_of);
    for (std::size_t begin = 0; begin < order_.size(); begin += kTileLanes) {
      const std::span<const std::uint32_t> accounts =
          std::span(order_).subspan(begin, std::min(kTileLanes, order_.size() - begin));
      gather(first_tile, accounts);
      std::array<std::int32_t, kTileLanes> nodes;
      for (std::size_t lane = 0; lane < accounts.size(); ++lane) nodes[lane] = node_of[accounts[lane]];
      descend_tile(tree_, rules_, gathered_.tile(0), std::span(nodes).first(accounts.size()));
      for (std::size_t lane = 0; lane < accounts.size(); ++lane) node_of[accounts[lane]] = nodes[lane];
    }
  }

 private:
  void sort(std::span<const std::int32_t> root_of) {
    begins_.assign(tree_.nodes.size() + 1, 0);
    for (const std::int32_t root : root_of)
      if (root >= 0) ++begins_[static_cast<std::size_t>(root) + 1];
    for (std::size_t node = 1; node < begins_.size(); ++node) begins_[node] += begins_[node - 1];
    order_.resize(begins_.back());
    for (std::size_t i = 0; i < root_of.size(); ++i)
      if (root_of[i] >= 0) order_[begins_[static_cast<std::size_t>(root_of[i])]++] = static_cast<std::uint32_t>(i);
  }

  void gather(std::size_t first_tile, std::span<const std::uint32_t> accounts) {
    std::array<const float*, kTileLanes> from;
    for (std::size_t lane = 0; lane < accounts.size(); ++lane)
      from[lane] = tiles_.tile(first_tile + accounts[lane] / kTileLanes) + accounts[lane] % kTileLanes;
    float* const to = gathered_.tile(0);
    const std::size_t n_values = static_cast<std::size_t>(tiles_.d()) * kTileLanes;
    for (std::size_t at = 0; at < n_values; at += kTileLanes)
      for (std::size_t lane = 0; lane < accounts.size(); ++lane) to[at + lane] = from[lane][at];
  }

  const RefinementTree& tree_;
  const Rules& rules_;
  const FeatureTiles& tiles_;
  FeatureTiles gathered_;              ///< one tile
  std::vector<std::uint32_t> begins_;  ///< by node: where its accounts begin in order_, and then where they end
  std::vector<std::uint32_t> order_;
};

}  // namespace

std::vector<std::int32_t> descend(const RefinementTree& tree, const FeatureTiles& tiles,
                                  std::span<const std::int32_t> core, int threads) {
  const Rules rules = rules_of(tree);
  std::vector<std::int32_t> micro(core.begin(), core.end());  // a core segment's number is its root's
  const std::size_t n_groups = (tiles.n_tiles() + kTilesAtOnce - 1) / kTilesAtOnce;
  tbb::task_arena(threads).execute([&] {
    tbb::parallel_for(std::size_t{0}, n_groups, [&](std::size_t group) {
      const std::size_t begin = group * kTilesAtOnce * kTileLanes;
      const std::span<std::int32_t> accounts =
          std::span(micro).subspan(begin, std::min(kTilesAtOnce * kTileLanes, micro.size() - begin));
      ByCore(tree, rules, tiles).descend(group * kTilesAtOnce, accounts);
      for (std::int32_t& node : accounts)
        if (node >= 0) node = tree.nodes[static_cast<std::size_t>(node)].micro;
    });
  });
  refinement::move_outliers(tree, tiles, micro, threads);
  return micro;
}

}  // namespace tessera
