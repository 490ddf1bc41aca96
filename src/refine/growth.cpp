#include "refine/growth.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>

#include "refine/gathered_moments.hpp"
#include "refine/leaf_tiles.hpp"
#include "refine/two_means.hpp"

namespace tessera::refinement {
namespace {

/// Splits on one path that may take off a crumb alone. A few outliers can hold both centroids of a leaf; set aside,
/// they leave the bulk open to a proper split, and at the end they join the nearest micro segment again.
constexpr int kMaxPeels = 4;

class Grower {
 public:
  Grower(const Context& context, const FeatureTiles& tiles, std::span<const std::int32_t> core,
         std::span<const double> core_centroids, int k, const RefineSpec& options)
      : context_(context), tiles_(tiles), budget_(options.max_micro), arena_(context.threads) {
    GrownTree& tree = growth_.tree;
    tree.d = tiles.d();
    tree.k = k;
    tree.min_accounts = std::max<std::int64_t>(1, options.min_accounts);
    tree.nodes.resize(static_cast<std::size_t>(k));
    tree.centroids.assign(core_centroids.begin(), core_centroids.end());
    growth_.node_of.assign(core.begin(), core.end());
    measure_roots();
  }

  Growth grow() {
    while (!growth_.stopped && k_below_budget() && n_segments() < 2 * std::int64_t{budget_}) {
      const std::vector<std::int32_t> open = open_leaves();
      if (open.empty()) break;
      try_splits(open);
    }
    return std::move(growth_);
  }

 private:
  [[nodiscard]] bool k_below_budget() const { return growth_.tree.k < budget_; }
  [[nodiscard]] LeafTiles gather(std::span<const std::int32_t> leaves);
  void measure_roots();
  [[nodiscard]] std::int64_t n_segments() const;
  [[nodiscard]] std::vector<std::int32_t> open_leaves();
  void try_splits(std::span<const std::int32_t> open);
  [[nodiscard]] bool split(std::int32_t leaf, const TwoMeans::Halving& halving);
  void move_accounts(std::span<const std::int32_t> open, const LeafTiles& gathered, const TwoMeans& two_means);

  const Context& context_;
  const FeatureTiles& tiles_;
  int budget_;
  tbb::task_arena arena_;
  Growth growth_;
};

LeafTiles Grower::gather(std::span<const std::int32_t> leaves) {
  std::vector<std::int32_t> leaf_of_node(growth_.tree.nodes.size(), LeafTiles::kNotGathered);
  for (std::size_t l = 0; l < leaves.size(); ++l)
    leaf_of_node[static_cast<std::size_t>(leaves[l])] = static_cast<std::int32_t>(l);
  return {arena_, tiles_, growth_.node_of, leaf_of_node, leaves.size()};
}

void Grower::measure_roots() {
  std::vector<std::int32_t> roots(static_cast<std::size_t>(growth_.tree.k));
  for (std::size_t c = 0; c < roots.size(); ++c) roots[c] = growth_.tree.nodes[c].core = static_cast<std::int32_t>(c);
  const LeafTiles gathered = gather(roots);
  const std::vector<std::uint8_t> all(gathered.n_slots(), 1);
  const std::vector<const std::uint8_t*> chosen(roots.size(), all.data());
  std::vector<Moments> moments = moments_of(context_, arena_, gathered, chosen);
  for (std::size_t c = 0; c < roots.size(); ++c) growth_.tree.nodes[c].moments = std::move(moments[c]);
}

std::int64_t Grower::n_segments() const {
  std::int64_t count = 0;
  for (std::size_t node = 0; node < growth_.tree.nodes.size(); ++node)
    count += growth_.tree.is_leaf(node) && !growth_.tree.is_crumb(node) ? 1 : 0;
  return count;
}

/// The leaves to try now; they count as tried from here on, as does every leaf that cannot be split.
std::vector<std::int32_t> Grower::open_leaves() {
  std::vector<std::int32_t> open;
  for (std::size_t i = 0; i < growth_.tree.nodes.size(); ++i) {
    GrownTree::Node& node = growth_.tree.nodes[i];
    if (node.tried) continue;
    node.tried = true;
    if (node.moments.n >= std::max<std::int64_t>(2, 2 * growth_.tree.min_accounts) && node.moments.scatter() > 0.0)
      open.push_back(static_cast<std::int32_t>(i));
  }
  return open;
}

void Grower::try_splits(std::span<const std::int32_t> open) {
  const LeafTiles gathered = gather(open);
  GrownTree& tree = growth_.tree;
  std::vector<TwoMeans::Leaf> leaves;
  for (const std::int32_t leaf : open) {
    const auto node = static_cast<std::size_t>(leaf);
    leaves.push_back({&tree.nodes[node].moments, tree.centroid(node)});
  }
  TwoMeans two_means(context_, arena_, gathered, std::move(leaves), tree.min_accounts);
  const std::vector<TwoMeans::Halving> halvings = two_means.solve();
  growth_.stopped = halvings.empty();
  if (growth_.stopped) return;
  ++growth_.rounds;
  bool any = false;
  for (std::size_t l = 0; l < open.size(); ++l) any |= split(open[l], halvings[l]);
  if (any) move_accounts(open, gathered, two_means);
}

/// Splits the leaf in two if that gains; the same answer on every rank, as it follows from exact sums alone.
bool Grower::split(std::int32_t leaf, const TwoMeans::Halving& halving) {
  if (halving.centroids.empty()) return false;
  GrownTree& tree = growth_.tree;
  GrownTree::Node left;
  GrownTree::Node right;
  {
    GrownTree::Node& whole = tree.nodes[static_cast<std::size_t>(leaf)];
    left.moments = whole.moments;
    left.moments -= halving.right;
    right.moments = halving.right;
    const double gain = bic_gain(left.moments, right.moments);
    const bool peel = std::min(left.moments.n, right.moments.n) < tree.min_accounts;
    if (gain <= 0.0 || (peel && whole.peels == kMaxPeels)) return false;
    whole.gain = gain;
    whole.left = static_cast<std::int32_t>(tree.nodes.size());
    left.parent = right.parent = leaf;
    left.core = right.core = whole.core;
    left.peels = right.peels = whole.peels + (peel ? 1 : 0);
  }
  tree.nodes.push_back(std::move(left));
  tree.nodes.push_back(std::move(right));
  tree.centroids.insert(tree.centroids.end(), halving.centroids.begin(), halving.centroids.end());
  return true;
}

void Grower::move_accounts(std::span<const std::int32_t> open, const LeafTiles& gathered, const TwoMeans& two_means) {
  const auto& ranges = gathered.ranges();
  arena_.execute([&] {
    tbb::parallel_for(std::size_t{0}, ranges.size(), [&](std::size_t r) {
      const auto [leaf, first, last] = ranges[r];
      const std::int32_t left = growth_.tree.nodes[static_cast<std::size_t>(open[leaf])].left;
      if (left < 0) return;
      for (std::size_t t = first; t < last; ++t) {
        const std::size_t slot = t * FeatureTiles::kTileAccounts;
        for (std::size_t s = slot; s < slot + gathered.accounts_in(leaf, t); ++s)
          growth_.node_of[gathered.account_of_slot(s)] = left + two_means.side(leaf, s);
      }
    });
  });
}

}  // namespace

Growth grow(const Context& context, const FeatureTiles& tiles, std::span<const std::int32_t> core,
            std::span<const double> core_centroids, int k, const RefineSpec& options) {
  return Grower(context, tiles, core, core_centroids, k, options).grow();
}

}  // namespace tessera::refinement
