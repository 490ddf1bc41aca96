#include "refine/merging.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "refine/criterion.hpp"

namespace tessera::refinement {
namespace {

/// The reachable leaves below a root, from left to right.
std::vector<std::int32_t> leaves_below(const GrownTree& tree, std::int32_t root) {
  std::vector<std::int32_t> leaves;
  std::vector<std::int32_t> path{root};
  while (!path.empty()) {
    const std::int32_t node = path.back();
    path.pop_back();
    const std::int32_t left = tree.nodes[static_cast<std::size_t>(node)].left;
    if (left < 0) {
      leaves.push_back(node);
    } else {
      path.push_back(left + 1);
      path.push_back(left);
    }
  }
  return leaves;
}

/// The groups of one core segment's leaves. A group is known by its lowest leaf that is no crumb.
class Groups {
 public:
  Groups(const GrownTree& tree, const std::vector<std::int32_t>& leaves)
      : tree_(tree), leaves_(leaves), group_(leaves.size()), best_(leaves.size()) {
    std::iota(group_.begin(), group_.end(), std::size_t{0});
    for (std::size_t l = 0; l < leaves.size(); ++l) {
      moments_.push_back(node(l).moments);
      if (!tree.is_crumb(static_cast<std::size_t>(leaves[l]))) heads_.push_back(l);
    }
    const std::vector<std::size_t> home = nearest_to_crumbs();
    join_twins();
    // Last, and without their moments: a few outliers would blow a segment up until it seems one with its neighbour.
    for (std::size_t l = 0; l < group_.size(); ++l) group_[l] = group_[home[l]];
    join_those_below();
  }
  [[nodiscard]] std::size_t group(std::size_t leaf) const { return group_[leaf]; }
  [[nodiscard]] const Moments& proper(std::size_t head) const { return moments_[head]; }

 private:
  struct Partner {
    double gain = std::numeric_limits<double>::infinity();  ///< of keeping the two apart
    std::size_t group = 0;
  };

  [[nodiscard]] const GrownTree::Node& node(std::size_t leaf) const {
    return tree_.nodes[static_cast<std::size_t>(leaves_[leaf])];
  }

  /// By leaf: the nearest leaf that is no crumb, for a crumb; else itself.
  [[nodiscard]] std::vector<std::size_t> nearest_to_crumbs() const {
    std::vector<std::size_t> home(group_);
    for (std::size_t l = 0; l < group_.size(); ++l) {
      if (std::ranges::binary_search(heads_, l)) continue;
      home[l] = *std::ranges::min_element(
          heads_, {}, [&](std::size_t head) { return squared_distance(moments_[l], moments_[head]); });
    }
    return home;
  }

  /// Agglomeration with each group's best partner among the later ones kept, so that a merge costs a row, not all
  /// pairs.
  void join_twins() {
    for (const std::size_t head : heads_) best_[head] = find_partner(head);
    while (heads_.size() > 1) {
      const std::size_t a = *std::ranges::min_element(heads_, {}, [&](std::size_t h) { return best_[h].gain; });
      if (best_[a].gain > 0.0) return;
      const std::size_t b = best_[a].group;
      join(a, b);
      heads_.erase(std::ranges::lower_bound(heads_, b));
      for (const std::size_t head : heads_) {
        if (head > b) break;
        if (head == a || best_[head].group == a || best_[head].group == b)
          best_[head] = find_partner(head);
        else if (head < a)
          consider(head, a);
      }
    }
  }

  /// Sums over crumbs as well, which only a value below 0 can bring under a minimum.
  void join_those_below() {
    while (tree_.least.value > 0.0 && heads_.size() > 1) {
      std::vector<Worth> worth(group_.size());
      for (std::size_t l = 0; l < group_.size(); ++l) worth[group_[l]] += node(l).worth;
      const auto below =
          std::ranges::find_if(heads_, [&](std::size_t head) { return worth[head].value.value() < tree_.least.value; });
      if (below == heads_.end()) return;
      const std::size_t joins = *below;
      heads_.erase(below);
      join(*std::ranges::min_element(
               heads_, {}, [&](std::size_t head) { return squared_distance(moments_[joins], moments_[head]); }),
           joins);
    }
  }

  void join(std::size_t into, std::size_t other) {
    moments_[into] += moments_[other];
    for (std::size_t& g : group_)
      if (g == other) g = into;
  }
  /// Whether two groups hold the halves of one split that a test of the accounts themselves has kept apart.
  [[nodiscard]] bool are_kept_apart(std::size_t a, std::size_t b) const {
    if (tree_.criterion != SplitCriterion::kAndersonDarling) return false;
    for (std::size_t l = 0; l + 1 < group_.size(); ++l)  // siblings that are leaves both stand side by side
      if (node(l).parent == node(l + 1).parent && std::minmax(group_[l], group_[l + 1]) == std::minmax(a, b))
        return true;
    return false;
  }
  void consider(std::size_t head, std::size_t other) {
    const double gain = are_kept_apart(head, other) ? std::numeric_limits<double>::infinity()
                                                    : gain_by_scatter(tree_.criterion, moments_[head], moments_[other]);
    if (gain < best_[head].gain || (gain == best_[head].gain && other < best_[head].group)) best_[head] = {gain, other};
  }
  [[nodiscard]] Partner find_partner(std::size_t head) {
    best_[head] = {};
    for (auto other = std::ranges::upper_bound(heads_, head); other != heads_.end(); ++other) consider(head, *other);
    return best_[head];
  }

  const GrownTree& tree_;
  const std::vector<std::int32_t>& leaves_;
  std::vector<Moments> moments_;    ///< by leaf: of the group that it heads
  std::vector<std::size_t> group_;  ///< by leaf: its group's head
  std::vector<Partner> best_;       ///< by head
  std::vector<std::size_t> heads_;  ///< ascending
};

}  // namespace

MicroSegments merge_leaves(const GrownTree& tree) {
  MicroSegments result;
  result.micro_of_node.assign(tree.nodes.size(), -1);
  for (std::int32_t core = 0; core < tree.k; ++core) {
    const std::vector<std::int32_t> leaves = leaves_below(tree, core);
    const Groups groups(tree, leaves);
    std::vector<std::int32_t> micro_of_group(leaves.size(), -1);
    for (std::size_t l = 0; l < leaves.size(); ++l) {
      std::int32_t& micro = micro_of_group[groups.group(l)];
      if (micro < 0) {
        micro = static_cast<std::int32_t>(result.accounts.size());
        result.core_of_micro.push_back(core);
        result.accounts.push_back(0);
        result.worth.emplace_back();
        result.proper.push_back(groups.proper(groups.group(l)));
      }
      const auto node = static_cast<std::size_t>(leaves[l]);
      result.micro_of_node[node] = micro;
      result.accounts[static_cast<std::size_t>(micro)] += tree.nodes[node].moments.n;
      result.worth[static_cast<std::size_t>(micro)] += tree.nodes[node].worth;
    }
  }
  return result;
}

}  // namespace tessera::refinement
