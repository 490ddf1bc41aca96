#pragma once

#include <vector>

#include "core/grid.hpp"
#include "refine/growth.hpp"

namespace tessera::test {

/// Exact moments of accounts given in grid units, d a row.
inline refinement::Moments moments_of(const std::vector<std::vector<std::int64_t>>& accounts) {
  refinement::Moments moments(static_cast<int>(accounts.front().size()));
  for (const auto& x : accounts) {
    ++moments.n;
    for (std::size_t f = 0; f < x.size(); ++f) {
      moments.sum[f] += x[f];
      moments.squares[f] += static_cast<refinement::Wide>(x[f]) * x[f];
    }
  }
  return moments;
}

/// n accounts of one feature evenly spread over centre ± half_width, in grid units.
inline refinement::Moments spread(std::int64_t n, std::int64_t centre, std::int64_t half_width) {
  std::vector<std::vector<std::int64_t>> accounts;
  for (std::int64_t i = 0; i < n; ++i) accounts.push_back({centre - half_width + 2 * half_width * i / (n - 1)});
  return moments_of(accounts);
}

/// Splits a leaf of a hand-made tree.
inline std::int32_t split(refinement::GrownTree& tree, std::int32_t leaf, double gain, refinement::Moments left,
                          refinement::Moments right) {
  const auto first = static_cast<std::int32_t>(tree.nodes.size());
  const std::int32_t core = tree.nodes[static_cast<std::size_t>(leaf)].core;
  tree.nodes[static_cast<std::size_t>(leaf)].left = first;
  tree.nodes[static_cast<std::size_t>(leaf)].gain = gain;
  for (refinement::Moments* half : {&left, &right}) {
    refinement::GrownTree::Node child;
    child.parent = leaf;
    child.core = core;
    child.moments = *half;
    tree.nodes.push_back(child);
  }
  return first;
}

/// A tree of roots only, one feature, whose moments do not matter but for their count.
inline refinement::GrownTree roots(int k, std::int64_t min_accounts) {
  refinement::GrownTree tree;
  tree.d = 1;
  tree.k = k;
  tree.least.accounts = min_accounts;
  tree.nodes.resize(static_cast<std::size_t>(k));
  for (int core = 0; core < k; ++core) {
    tree.nodes[static_cast<std::size_t>(core)].core = core;
    tree.nodes[static_cast<std::size_t>(core)].moments = spread(100, 0, 1000);
  }
  return tree;
}

}  // namespace tessera::test
