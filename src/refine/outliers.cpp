#include "refine/outliers.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <cmath>
#include <limits>

#include "core/grid.hpp"
#include "parallel/communicator.hpp"

namespace tessera::refinement {
namespace {

/// Whether the account lies beyond the bound of micro segment `micro`: Σ (x − c)² in double, in the order of the
/// features.
bool is_beyond(const RefinementTree& tree, std::int32_t micro, const float* tile, std::size_t lane) {
  const auto d = static_cast<std::size_t>(tree.d);
  const double* centre = tree.centres.data() + static_cast<std::size_t>(micro) * d;
  double squared = 0.0;
  for (std::size_t f = 0; f < d; ++f) {
    const double step = static_cast<double>(tile[f * FeatureTiles::kTileAccounts + lane]) - centre[f];
    squared += step * step;
  }
  const double farthest = tree.bounds[static_cast<std::size_t>(micro)].distance;
  return squared > farthest * farthest;
}

void bound_segments(double multiples, const MicroSegments& segments, RefinementTree& tree) {
  tree.bounds.assign(segments.proper.size(), {});
  tree.centres.clear();
  for (std::size_t m = 0; m < segments.proper.size(); ++m) {
    const Moments& proper = segments.proper[m];
    const auto n = static_cast<double>(proper.n);
    tree.bounds[m].distance = proper.n == 0 ? std::numeric_limits<double>::infinity()
                                            : multiples * std::sqrt(proper.scatter() / n) * kGridStep;
    for (std::size_t f = 0; f < static_cast<std::size_t>(tree.d); ++f)
      tree.centres.push_back(proper.n == 0 ? 0.0 : proper.mean(f) * kGridStep);
  }
}

/// How many accounts lie beyond their micro segment's bound, and what they are worth, over all ranks.
struct Beyond {
  std::vector<std::int64_t> accounts;
  std::vector<Worth> worth;
};

Beyond count_beyond(const Context& context, const RefineInput& input, const RefinementTree& tree,
                    std::span<const std::int32_t> micro) {
  std::vector<std::uint8_t> is_out(micro.size());
  tbb::task_arena(context.threads).execute([&] {
    tbb::parallel_for(std::size_t{0}, micro.size(), [&](std::size_t i) {
      is_out[i] = micro[i] >= 0 && is_beyond(tree, micro[i], input.tiles.tile(i / FeatureTiles::kTileAccounts),
                                             i % FeatureTiles::kTileAccounts)
                      ? 1
                      : 0;
    });
  });
  Beyond beyond{std::vector<std::int64_t>(tree.bounds.size()), std::vector<Worth>(tree.bounds.size())};
  const AccountWorth accounts{input.is_customer, input.value};
  for (std::size_t i = 0; i < micro.size(); ++i) {
    if (is_out[i] == 0) continue;
    ++beyond.accounts[static_cast<std::size_t>(micro[i])];
    accounts.add_to(beyond.worth[static_cast<std::size_t>(micro[i])], i);
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(beyond.accounts));
  sum_over_ranks(context, beyond.worth);
  return beyond;
}

/// A number by old micro segment.
using Numbers = std::vector<std::int32_t>;

/// Gives each core segment with outliers one more micro segment, after its others. Returns where the old ones now are.
Numbers insert_outliers(const Beyond& beyond, RefinementTree& tree, MicroSegments& segments,
                        std::vector<std::uint8_t>& is_outliers) {
  const auto d = static_cast<std::size_t>(tree.d);
  const MicroSegments old = segments;
  const RefinementTree before = tree;
  segments.core_of_micro.clear();
  segments.accounts.clear();
  tree.bounds.clear();
  tree.centres.clear();
  Numbers now;
  std::int64_t set_aside = 0;
  std::size_t first_of_core = 0;  // among the new ones
  for (std::size_t m = 0; m < old.accounts.size(); ++m) {
    now.push_back(static_cast<std::int32_t>(segments.accounts.size()));
    segments.core_of_micro.push_back(old.core_of_micro[m]);
    segments.accounts.push_back(old.accounts[m] - beyond.accounts[m]);
    tree.bounds.push_back(before.bounds[m]);
    tree.centres.insert(tree.centres.end(), before.centres.begin() + static_cast<std::ptrdiff_t>(m * d),
                        before.centres.begin() + static_cast<std::ptrdiff_t>((m + 1) * d));
    is_outliers.push_back(0);
    set_aside += beyond.accounts[m];
    if (m + 1 < old.accounts.size() && old.core_of_micro[m + 1] == old.core_of_micro[m]) continue;
    if (set_aside > 0) {
      for (std::size_t one = first_of_core; one < tree.bounds.size(); ++one)
        tree.bounds[one].outliers = static_cast<std::int32_t>(segments.accounts.size());
      segments.core_of_micro.push_back(old.core_of_micro[m]);
      segments.accounts.push_back(set_aside);
      tree.bounds.push_back({std::numeric_limits<double>::infinity(), -1});
      tree.centres.resize(tree.centres.size() + d, 0.0);
      is_outliers.push_back(1);
    }
    set_aside = 0;
    first_of_core = tree.bounds.size();
  }
  return now;
}

}  // namespace

std::vector<std::uint8_t> set_outliers_aside(const Context& context, const RefineInput& input, double multiples,
                                             const Minimums& least, RefinementTree& tree, MicroSegments& segments,
                                             std::vector<std::int32_t>& micro) {
  bound_segments(multiples, segments, tree);
  Beyond beyond = count_beyond(context, input, tree, micro);
  for (std::size_t m = 0; m < tree.bounds.size(); ++m) {
    Worth rest = segments.worth[m];
    rest -= beyond.worth[m];
    if (least.are_met(segments.accounts[m] - beyond.accounts[m], rest)) continue;
    tree.bounds[m].distance = std::numeric_limits<double>::infinity();
    beyond.accounts[m] = 0;
  }
  std::vector<std::uint8_t> is_outliers;
  const Numbers now = insert_outliers(beyond, tree, segments, is_outliers);
  for (RefinementTree::Node& node : tree.nodes)
    if (node.micro >= 0) node.micro = now[static_cast<std::size_t>(node.micro)];
  for (std::int32_t& one : micro)
    if (one >= 0) one = now[static_cast<std::size_t>(one)];
  tree.n_micro = static_cast<int>(segments.accounts.size());
  move_outliers(tree, input.tiles, micro, context.threads);
  return is_outliers;
}

void move_outliers(const RefinementTree& tree, const FeatureTiles& tiles, std::span<std::int32_t> micro, int threads) {
  if (tree.bounds.empty()) return;
  tbb::task_arena(threads).execute([&] {
    tbb::parallel_for(std::size_t{0}, micro.size(), [&](std::size_t i) {
      if (micro[i] < 0) return;
      const std::int32_t outliers = tree.bounds[static_cast<std::size_t>(micro[i])].outliers;
      if (outliers >= 0 &&
          is_beyond(tree, micro[i], tiles.tile(i / FeatureTiles::kTileAccounts), i % FeatureTiles::kTileAccounts))
        micro[i] = outliers;
    });
  });
}

}  // namespace tessera::refinement
