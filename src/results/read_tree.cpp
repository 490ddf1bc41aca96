#include "results/read_tree.hpp"

#include <fmt/format.h>

#include <cmath>

#include "results/read_encoding.hpp"
#include "results/stored_table.hpp"
#include "storage/schema.hpp"

namespace tessera::results {
namespace {

namespace schema = storage::schema;
using storage::child_path;
using Node = RefinementTree::Node;

std::vector<Node> read_nodes(const storage::FileReader& reader, const std::string& path, std::size_t n_micro, int k) {
  namespace columns = schema::tree;
  const StoredTable table(reader, path, columns::kParent);
  std::vector<Node> nodes(table.rows());
  fill(nodes, table.references(columns::kParent, nodes.size(), true), &Node::parent);
  fill(nodes, table.references(columns::kLeft, nodes.size(), true), &Node::left);
  fill(nodes, table.references(columns::kRight, nodes.size(), true), &Node::right);
  fill(nodes, table.references(columns::kCore, static_cast<std::size_t>(k), false), &Node::core);
  fill(nodes, table.references(columns::kMicro, n_micro, true), &Node::micro);
  fill(nodes, table.numbers<std::int64_t>(columns::kAccounts), &Node::accounts);
  return nodes;
}

/// Every way down ends in a leaf, each node is on one way only, and all leaves of a core segment are its own.
void check_shape(const std::string& path, const StoredModel& model, const std::vector<Node>& nodes) {
  const auto k = static_cast<std::size_t>(model.k);
  if (nodes.size() < k) refuse(path, fmt::format("has {} nodes for {} core segments", nodes.size(), k));
  std::size_t children = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    const auto here = static_cast<std::int32_t>(i);
    const bool is_root = node.parent < 0;
    if (is_root != (i < k) || (is_root && node.core != here)) refuse(path, fmt::format("has a wrong root: node {}", i));
    if (!is_root && (node.parent >= here || nodes[static_cast<std::size_t>(node.parent)].core != node.core))
      refuse(path, fmt::format("has node {} in a wrong place", i));
    const bool is_leaf = node.left < 0 && node.right < 0;
    if (is_leaf != (node.micro >= 0)) refuse(path, fmt::format("has no end at node {}", i));
    if (is_leaf) {
      const auto row = static_cast<std::size_t>(model.first_micro + node.micro);
      if (model.segments[row].parent != model.first_core + node.core)
        refuse(path, fmt::format("ends at node {} in another core segment", i));
      continue;
    }
    for (const std::int32_t child : {node.left, node.right})
      if (child < 0 || nodes[static_cast<std::size_t>(child)].parent != here)
        refuse(path, fmt::format("has wrong children at node {}", i));
    if (node.left == node.right) refuse(path, fmt::format("has one child twice at node {}", i));
    children += 2;
  }
  if (children != nodes.size() - k) refuse(path, "has nodes that no way leads to");
}

void read_bounds(const storage::FileReader& reader, const std::string& path, std::size_t n_micro, StoredModel& model) {
  namespace columns = schema::bounds;
  const std::string table_path = child_path(path, schema::model::kBounds);
  if (!reader.has(table_path)) return;
  RefinementTree& tree = model.tree;
  const StoredTable table(reader, table_path, columns::kDistance);
  if (table.rows() != n_micro) refuse(table_path, fmt::format("has {} rows, not {}", table.rows(), n_micro));
  using Bound = RefinementTree::Bound;
  tree.bounds.resize(n_micro);
  fill(tree.bounds, table.numbers<double>(columns::kDistance), &Bound::distance);
  fill(tree.bounds, table.references(columns::kOutliers, n_micro, true), &Bound::outliers);
  const auto micro = [&](std::size_t m) -> Segment& {
    return model.segments[static_cast<std::size_t>(model.first_micro) + m];
  };
  for (std::size_t m = 0; m < n_micro; ++m) {
    const Bound& bound = tree.bounds[m];
    if (!(bound.distance >= 0.0)) refuse(table_path, fmt::format("ends micro segment {} at {}", m, bound.distance));
    if (bound.outliers < 0) continue;
    Segment& outliers = micro(static_cast<std::size_t>(bound.outliers));
    if (outliers.parent != micro(m).parent)
      refuse(table_path, fmt::format("has wrong outliers of micro segment {}", m));
    outliers.is_outliers = true;
  }
  const std::string centres = child_path(path, schema::model::kMicroCentres.name);
  tree.centres = read_places(reader, centres, tree.d, 0);
  if (tree.centres.size() != n_micro * static_cast<std::size_t>(tree.d))
    refuse(centres, "is not as long as the bounds");
}

}  // namespace

void read_tree(const storage::FileReader& reader, const std::string& path, StoredModel& model) {
  const std::size_t n_micro = model.segments.size() - static_cast<std::size_t>(model.first_micro);
  const std::string tree_path = child_path(path, schema::model::kTree);
  if (n_micro == 0 || !reader.has(tree_path)) {
    if (n_micro > 0) refuse(path, "has micro segments without a tree");
    return;
  }
  RefinementTree& tree = model.tree;
  tree.d = model.encoding_of_micro().d();
  tree.n_micro = static_cast<int>(n_micro);
  tree.nodes = read_nodes(reader, tree_path, n_micro, model.k);
  check_shape(tree_path, model, tree.nodes);
  const std::string centroids = child_path(path, schema::model::kTreeCentroids.name);
  tree.centroids = read_places(reader, centroids, tree.d, 0);
  if (tree.centroids.size() != tree.nodes.size() * static_cast<std::size_t>(tree.d))
    refuse(centroids, "is not as long as the tree");
  read_bounds(reader, path, n_micro, model);
}

}  // namespace tessera::results
