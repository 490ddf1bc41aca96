#include <algorithm>
#include <map>
#include <set>

#include "tessera/follow.hpp"

namespace tessera {
namespace {

using Node = RefinementTree::Node;

/// The micro segments of a core segment, outliers too.
std::set<std::int32_t> micros_of(const TreePart& part) {
  std::set<std::int32_t> micros;
  for (const Node& node : part.tree->nodes)
    if (node.core == part.core && node.micro >= 0) micros.insert(node.micro);
  if (part.tree->bounds.empty()) return micros;
  for (const std::int32_t micro : std::set<std::int32_t>(micros))
    if (const std::int32_t outliers = part.tree->bounds[static_cast<std::size_t>(micro)].outliers; outliers >= 0)
      micros.insert(outliers);
  return micros;
}

class Joining {
 public:
  explicit Joining(std::span<const TreePart> cores) : cores_(cores), node_(cores.size()), micro_(cores.size()) {
    tree_.d = cores.front().tree->d;
  }

  RefinementTree join() {
    for (std::size_t core = 0; core < cores_.size(); ++core) take_micros(core);
    for (std::size_t core = 0; core < cores_.size(); ++core) take_node(core, cores_[core].core);
    for (std::size_t core = 0; core < cores_.size(); ++core) {
      const std::vector<Node>& nodes = cores_[core].tree->nodes;
      for (std::size_t i = 0; i < nodes.size(); ++i)
        if (nodes[i].core == cores_[core].core && nodes[i].parent >= 0) take_node(core, static_cast<std::int32_t>(i));
    }
    for (Node& node : tree_.nodes) renumber(node);
    return std::move(tree_);
  }

 private:
  void take_micros(std::size_t core) {
    const RefinementTree& from = *cores_[core].tree;
    for (const std::int32_t micro : micros_of(cores_[core])) micro_[core].emplace(micro, tree_.n_micro++);
    if (from.bounds.empty()) return;
    for (const auto& [before, now] : micro_[core]) {
      RefinementTree::Bound bound = from.bounds[static_cast<std::size_t>(before)];
      if (bound.outliers >= 0) bound.outliers = micro_[core].at(bound.outliers);
      tree_.bounds.push_back(bound);
      const auto centre = from.centres.begin() + std::ptrdiff_t{before} * from.d;
      tree_.centres.insert(tree_.centres.end(), centre, centre + from.d);
    }
  }

  void take_node(std::size_t core, std::int32_t place) {
    const RefinementTree& from = *cores_[core].tree;
    node_[core].emplace(place, static_cast<std::int32_t>(tree_.nodes.size()));
    tree_.nodes.push_back(from.nodes[static_cast<std::size_t>(place)]);
    tree_.nodes.back().core = static_cast<std::int32_t>(core);
    const auto centroid = from.centroids.begin() + std::ptrdiff_t{place} * from.d;
    tree_.centroids.insert(tree_.centroids.end(), centroid, centroid + from.d);
  }

  void renumber(Node& node) const {
    const auto core = static_cast<std::size_t>(node.core);
    for (std::int32_t* other : {&node.parent, &node.left, &node.right})
      if (*other >= 0) *other = node_[core].at(*other);
    if (node.micro >= 0) node.micro = micro_[core].at(node.micro);
  }

  std::span<const TreePart> cores_;
  RefinementTree tree_;
  std::vector<std::map<std::int32_t, std::int32_t>> node_, micro_;  ///< by core: places in the tree that it is of
};

}  // namespace

RefinementTree joined_trees(std::span<const TreePart> cores) {
  return Joining(cores).join();
}

}  // namespace tessera
