#include "tessera/follow.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include "parallel/communicator.hpp"
#include "refine/worth.hpp"

namespace tessera {
namespace {

using refinement::Minimums;
using refinement::Worth;

/// The micro segments of a stored tree while those that have become too small are taken out.
class Followed {
 public:
  Followed(const Context& context, const RefineInput& input, const RefineSpec& options, RefinementTree tree)
      : context_(context),
        input_(input),
        least_{std::max<std::int64_t>(1, options.min_accounts), options.min_customers, options.min_value} {
    result_.tree = std::move(tree);
    find_outliers();
    count();
    while (join_the_smallest()) {
    }
    if (is_stale_) count();
    drop_empty_outliers();
    if (is_stale_) count();
  }

  Refinement take() && { return std::move(result_); }

 private:
  void find_outliers() {
    const RefinementTree& tree = result_.tree;
    result_.core_of_micro.assign(static_cast<std::size_t>(tree.n_micro), -1);
    result_.is_outliers.assign(static_cast<std::size_t>(tree.n_micro), 0);
    for (const RefinementTree::Node& node : tree.nodes)
      if (node.micro >= 0) result_.core_of_micro[static_cast<std::size_t>(node.micro)] = node.core;
    for (std::size_t m = 0; m < tree.bounds.size(); ++m) {
      if (tree.bounds[m].outliers < 0) continue;
      const auto outliers = static_cast<std::size_t>(tree.bounds[m].outliers);
      result_.is_outliers[outliers] = 1;
      result_.core_of_micro[outliers] = result_.core_of_micro[m];
    }
  }

  /// Where every account comes to by the tree, and what that makes of its micro segments. Collective.
  void count() {
    is_stale_ = false;
    result_.micro = descend(result_.tree, input_.tiles, input_.core, context_.threads);
    const auto n_micro = static_cast<std::size_t>(result_.tree.n_micro);
    result_.accounts.assign(n_micro, 0);
    worth_.assign(n_micro, {});
    const refinement::AccountWorth accounts{input_.is_customer, input_.value};
    for (std::size_t i = 0; i < result_.micro.size(); ++i) {
      if (result_.micro[i] < 0) continue;
      const auto m = static_cast<std::size_t>(result_.micro[i]);
      ++result_.accounts[m];
      if (least_.ask_for_worth()) accounts.add_to(worth_[m], i);
    }
    context_.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(result_.accounts));
    if (least_.ask_for_worth()) refinement::sum_over_ranks(context_, worth_);
  }

  [[nodiscard]] bool is_too_small(std::size_t m) const {
    return result_.is_outliers[m] == 0 && !least_.are_met(result_.accounts[m], worth_[m]);
  }

  /// Σ (a − b)² of the places of two nodes.
  [[nodiscard]] double apart(std::size_t a, std::size_t b) const {
    const auto d = static_cast<std::size_t>(result_.tree.d);
    const double* places = result_.tree.centroids.data();
    double squares = 0.0;
    for (std::size_t f = 0; f < d; ++f) {
      const double step = places[a * d + f] - places[b * d + f];
      squares += step * step;
    }
    return squares;
  }

  /// The micro segment of the same core segment that has the leaf nearest to one of m's; −1: there is no other.
  [[nodiscard]] std::int32_t nearest_to(std::size_t m) const {
    const std::vector<RefinementTree::Node>& nodes = result_.tree.nodes;
    double least = std::numeric_limits<double>::infinity();
    std::int32_t nearest = -1;
    for (std::size_t a = 0; a < nodes.size(); ++a) {
      if (nodes[a].micro != static_cast<std::int32_t>(m)) continue;
      for (std::size_t b = 0; b < nodes.size(); ++b) {
        if (nodes[b].micro < 0 || nodes[b].micro == nodes[a].micro || nodes[b].core != nodes[a].core) continue;
        const double squares = apart(a, b);
        if (squares >= least) continue;
        least = squares;
        nearest = nodes[b].micro;
      }
    }
    return nearest;
  }

  /// Of the micro segments below a minimum, the one of the fewest accounts (ties: the first) joins another, whose
  /// accounts then have no bound: those that came were no outliers. The same on every rank.
  bool join_the_smallest() {
    std::int32_t smallest = -1, nearest = -1;
    for (std::size_t m = 0; m < result_.accounts.size(); ++m) {
      if (!is_too_small(m)) continue;
      if (smallest >= 0 && result_.accounts[m] >= result_.accounts[static_cast<std::size_t>(smallest)]) continue;
      const std::int32_t other = nearest_to(m);
      if (other < 0) continue;
      smallest = static_cast<std::int32_t>(m);
      nearest = other;
    }
    if (smallest < 0) return false;
    RefinementTree& tree = result_.tree;
    for (RefinementTree::Node& node : tree.nodes)
      if (node.micro == smallest) node.micro = nearest;
    const auto from = static_cast<std::size_t>(smallest), to = static_cast<std::size_t>(nearest);
    if (!tree.bounds.empty()) tree.bounds[to].distance = std::numeric_limits<double>::infinity();
    result_.accounts[to] += result_.accounts[from];
    worth_[to] += worth_[from];
    erase(from);
    return true;
  }

  void drop_empty_outliers() {
    for (std::size_t m = result_.accounts.size(); m-- > 0;) {
      if (result_.is_outliers[m] == 0 || result_.accounts[m] > 0) continue;
      for (RefinementTree::Bound& bound : result_.tree.bounds)
        if (bound.outliers == static_cast<std::int32_t>(m)) bound.outliers = -1;
      erase(m);
    }
  }

  /// Takes out a micro segment that nothing leads to any more.
  void erase(std::size_t m) {
    is_stale_ = true;
    RefinementTree& tree = result_.tree;
    const auto at = static_cast<std::ptrdiff_t>(m);
    const auto renumber = [&](std::int32_t& micro) { micro -= micro > static_cast<std::int32_t>(m) ? 1 : 0; };
    for (RefinementTree::Node& node : tree.nodes) renumber(node.micro);
    for (RefinementTree::Bound& bound : tree.bounds) renumber(bound.outliers);
    if (!tree.bounds.empty()) {
      tree.bounds.erase(tree.bounds.begin() + at);
      tree.centres.erase(tree.centres.begin() + at * tree.d, tree.centres.begin() + (at + 1) * tree.d);
    }
    result_.core_of_micro.erase(result_.core_of_micro.begin() + at);
    result_.is_outliers.erase(result_.is_outliers.begin() + at);
    result_.accounts.erase(result_.accounts.begin() + at);
    worth_.erase(worth_.begin() + at);
    --tree.n_micro;
  }

  const Context& context_;
  const RefineInput& input_;
  Minimums least_;
  Refinement result_;
  std::vector<Worth> worth_;  ///< n_micro; all 0 where no minimum asks
  bool is_stale_ = true;      ///< the tree has changed since accounts were counted
};

}  // namespace

Refinement follow(const Context& context, const RefineInput& input, const RefineSpec& options, RefinementTree tree) {
  if (!input.core_centroids.empty())
    std::copy(input.core_centroids.begin(), input.core_centroids.end(), tree.centroids.begin());
  return Followed(context, input, options, std::move(tree)).take();
}

}  // namespace tessera
