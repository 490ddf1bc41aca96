#include "refine/pruning.hpp"

#include <limits>
#include <set>
#include <utility>

namespace tessera::refinement {
namespace {

class Pruner {
 public:
  explicit Pruner(GrownTree& tree) : tree_(tree) {
    for (std::size_t node = 0; node < tree_.nodes.size(); ++node) {
      n_segments_ += tree_.is_leaf(node) && !tree_.is_crumb(node) ? 1 : 0;
      offer(static_cast<std::int32_t>(node));
    }
  }

  void prune_to(int budget) {
    while (!weakest_.empty()) {
      const auto [gain, negated] = *weakest_.begin();
      if (n_segments_ <= budget && gain != kUseless) break;
      weakest_.erase(weakest_.begin());
      undo(-negated);
    }
  }

 private:
  static constexpr double kUseless = -std::numeric_limits<double>::infinity();

  /// Enters the node among the splits that can be undone, if it is one.
  void offer(std::int32_t node) {
    const GrownTree::Node& it = tree_.nodes[static_cast<std::size_t>(node)];
    if (it.left < 0) return;
    const auto left = static_cast<std::size_t>(it.left);
    if (!tree_.is_leaf(left) || !tree_.is_leaf(left + 1)) return;
    const bool peel = tree_.is_crumb(left) || tree_.is_crumb(left + 1);
    weakest_.emplace(peel ? kUseless : it.gain, -node);
  }

  void undo(std::int32_t node) {
    GrownTree::Node& it = tree_.nodes[static_cast<std::size_t>(node)];
    const auto left = static_cast<std::size_t>(it.left);
    n_segments_ += 1 - (tree_.is_crumb(left) ? 0 : 1) - (tree_.is_crumb(left + 1) ? 0 : 1);
    it.left = -1;
    if (it.parent >= 0) offer(it.parent);
  }

  GrownTree& tree_;
  std::int64_t n_segments_ = 0;
  std::set<std::pair<double, std::int32_t>> weakest_;  ///< (gain, −node): the later of equal splits comes first
};

}  // namespace

void prune(GrownTree& tree, int budget) {
  Pruner(tree).prune_to(budget);
}

std::vector<std::int32_t> leaf_after_pruning(const GrownTree& tree) {
  const std::size_t n_nodes = tree.nodes.size();
  std::vector<std::int32_t> leaf(n_nodes, -1);
  for (std::size_t node = 0; node < n_nodes; ++node) {
    const std::int32_t parent = tree.nodes[node].parent;
    const std::int32_t above = parent < 0 ? -1 : leaf[static_cast<std::size_t>(parent)];
    if (above >= 0)
      leaf[node] = above;
    else if (tree.is_leaf(node))
      leaf[node] = static_cast<std::int32_t>(node);
  }
  return leaf;
}

}  // namespace tessera::refinement
