#include "refine/growth.hpp"

#include <fmt/format.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>

#include "core/grid.hpp"
#include "refine/criterion.hpp"
#include "refine/gathered_moments.hpp"
#include "refine/leaf_tiles.hpp"
#include "refine/normality.hpp"
#include "refine/two_means.hpp"

namespace tessera::refinement {
namespace {

/// Splits on one path that may take off a crumb alone. A few outliers can hold both centroids of a leaf; set aside,
/// they leave the bulk open to a proper split, and at the end they join the nearest micro segment again.
constexpr int kMaxPeels = 4;

class Grower {
 public:
  Grower(const Context& context, const RefineInput& input, const RefineSpec& options)
      : context_(context),
        tiles_(input.tiles),
        accounts_{input.is_customer, input.value},
        budget_(options.max_micro),
        arena_(context.threads) {
    GrownTree& tree = growth_.tree;
    tree.d = tiles_.d();
    tree.k = input.k;
    tree.least = {std::max<std::int64_t>(1, options.min_accounts), options.min_customers, options.min_value};
    tree.criterion = options.criterion;
    tree.nodes.resize(static_cast<std::size_t>(input.k));
    growth_.node_of.assign(input.core.begin(), input.core.end());
    measure_roots();
    tree.centroids.assign(input.core_centroids.begin(), input.core_centroids.end());
    if (tree.centroids.empty()) centre_roots_on_means();
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
  void centre_roots_on_means();
  [[nodiscard]] std::vector<Worth> worth(const LeafTiles& gathered, std::span<const std::uint8_t* const> chosen);
  [[nodiscard]] std::vector<double> gains(const LeafTiles& gathered, std::span<const TwoMeans::Leaf> leaves,
                                          std::span<const TwoMeans::Halving> halvings);
  [[nodiscard]] std::int64_t n_segments() const;
  [[nodiscard]] std::vector<std::int32_t> open_leaves();
  void try_splits(std::span<const std::int32_t> open);
  [[nodiscard]] bool split(std::int32_t leaf, const TwoMeans::Halving& halving, const Worth& right_worth, double gain);
  void move_accounts(std::span<const std::int32_t> open, const LeafTiles& gathered, const TwoMeans& two_means);

  const Context& context_;
  const FeatureTiles& tiles_;
  AccountWorth accounts_;
  int budget_;
  tbb::task_arena arena_;
  FeatureTiles memory_;  ///< of the leaves that were gathered before
  Growth growth_;
};

LeafTiles Grower::gather(std::span<const std::int32_t> leaves) {
  std::vector<std::int32_t> leaf_of_node(growth_.tree.nodes.size(), LeafTiles::kNotGathered);
  for (std::size_t l = 0; l < leaves.size(); ++l)
    leaf_of_node[static_cast<std::size_t>(leaves[l])] = static_cast<std::int32_t>(l);
  return {arena_, tiles_, growth_.node_of, leaf_of_node, leaves.size(), std::move(memory_)};
}

void Grower::measure_roots() {
  std::vector<std::int32_t> roots(static_cast<std::size_t>(growth_.tree.k));
  for (std::size_t c = 0; c < roots.size(); ++c) roots[c] = growth_.tree.nodes[c].core = static_cast<std::int32_t>(c);
  LeafTiles gathered = gather(roots);
  const std::vector<std::uint8_t> all(gathered.n_slots(), 1);
  const std::vector<const std::uint8_t*> chosen(roots.size(), all.data());
  std::vector<Moments> moments = moments_of(context_, arena_, gathered, chosen);
  std::vector<Worth> worths = worth(gathered, chosen);
  for (std::size_t c = 0; c < roots.size(); ++c) {
    growth_.tree.nodes[c].moments = std::move(moments[c]);
    growth_.tree.nodes[c].worth = worths[c];
  }
  memory_ = std::move(gathered).release();
}

void Grower::centre_roots_on_means() {
  for (const GrownTree::Node& root : growth_.tree.nodes)
    for (std::size_t f = 0; f < static_cast<std::size_t>(tiles_.d()); ++f)
      growth_.tree.centroids.push_back(root.moments.n == 0 ? 0.0 : root.moments.mean(f) * kGridStep);
}

/// What the chosen accounts are worth, where a minimum asks for it.
std::vector<Worth> Grower::worth(const LeafTiles& gathered, std::span<const std::uint8_t* const> chosen) {
  if (!growth_.tree.least.ask_for_worth()) return std::vector<Worth>(gathered.n_leaves());
  return worth_of(context_, arena_, gathered, chosen, accounts_);
}

std::vector<double> Grower::gains(const LeafTiles& gathered, std::span<const TwoMeans::Leaf> leaves,
                                  std::span<const TwoMeans::Halving> halvings) {
  if (growth_.tree.criterion == SplitCriterion::kAndersonDarling)
    return normality_gains(context_, arena_, gathered, leaves, halvings);
  std::vector<double> gains(leaves.size());
  for (std::size_t l = 0; l < leaves.size(); ++l) {
    if (halvings[l].centroids.empty()) continue;
    Moments left = *leaves[l].moments;
    left -= halvings[l].right;
    gains[l] = gain_by_scatter(growth_.tree.criterion, left, halvings[l].right);
  }
  return gains;
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
    if (growth_.tree.least.are_met(node.moments.n, node.worth, 2) && node.moments.scatter() > 0.0)
      open.push_back(static_cast<std::int32_t>(i));
  }
  return open;
}

void Grower::try_splits(std::span<const std::int32_t> open) {
  context_.journal.at(fmt::format("pass {}: {} leaves to split", growth_.rounds + 1, open.size()));
  LeafTiles gathered = gather(open);
  GrownTree& tree = growth_.tree;
  std::vector<TwoMeans::Leaf> leaves;
  for (const std::int32_t leaf : open) {
    const auto node = static_cast<std::size_t>(leaf);
    leaves.push_back({&tree.nodes[node].moments, tree.centroid(node)});
  }
  TwoMeans two_means(context_, arena_, gathered, leaves, tree.least.accounts, tree.criterion);
  const std::vector<TwoMeans::Halving> halvings = two_means.solve();
  growth_.stopped = halvings.empty();
  if (growth_.stopped) return;
  ++growth_.rounds;
  std::vector<const std::uint8_t*> right(open.size());
  for (std::size_t l = 0; l < open.size(); ++l)
    if (!halvings[l].centroids.empty()) right[l] = two_means.sides(l);
  const std::vector<Worth> right_worth = worth(gathered, right);
  const std::vector<double> gain = gains(gathered, leaves, halvings);
  bool any = false;
  for (std::size_t l = 0; l < open.size(); ++l) any |= split(open[l], halvings[l], right_worth[l], gain[l]);
  if (any) move_accounts(open, gathered, two_means);
  memory_ = std::move(gathered).release();
}

/// Splits the leaf in two if that gains; the same answer on every rank, as it follows from exact sums alone.
bool Grower::split(std::int32_t leaf, const TwoMeans::Halving& halving, const Worth& right_worth, double gain) {
  if (halving.centroids.empty() || gain <= 0.0) return false;
  GrownTree& tree = growth_.tree;
  GrownTree::Node left;
  GrownTree::Node right;
  {
    GrownTree::Node& whole = tree.nodes[static_cast<std::size_t>(leaf)];
    left.moments = whole.moments;
    left.moments -= halving.right;
    left.worth = whole.worth;
    left.worth -= right_worth;
    right.moments = halving.right;
    right.worth = right_worth;
    const int crumbs = (tree.least.are_met(left.moments.n, left.worth) ? 0 : 1) +
                       (tree.least.are_met(right.moments.n, right.worth) ? 0 : 1);
    if (crumbs == 2 || (crumbs == 1 && whole.peels == kMaxPeels)) return false;
    whole.gain = gain;
    whole.left = static_cast<std::int32_t>(tree.nodes.size());
    left.parent = right.parent = leaf;
    left.core = right.core = whole.core;
    left.peels = right.peels = whole.peels + crumbs;
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

Growth grow(const Context& context, const RefineInput& input, const RefineSpec& options) {
  return Grower(context, input, options).grow();
}

}  // namespace tessera::refinement
