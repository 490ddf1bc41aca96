#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lloyd/bounds.hpp"
#include "lloyd/cluster_sums.hpp"
#include "lloyd/kernel.hpp"
#include "lloyd/neighbourhoods.hpp"
#include "lloyd/population.hpp"

namespace tessera::lloyd {

/// Assigns each account of this rank to its nearest centroid, again and again while the centroids move. Every pass
/// gives what nearest() would for every account; where bounds pay, a pass looks only at the accounts whose bounds are
/// spent.
///
/// Whether they pay is learnt from counts: without bounds, one tile in kScoutEvery goes on as if with them, and tells
/// what share of the accounts would have to be looked at. The counts are summed over all ranks by the reduction that an
/// iteration needs anyway (tally() out, adapt() back), so all ranks decide alike. Where there are many clusters and the
/// accounts lie close, neighbourhoods do better than either. Each rank sees to its own, as the answer is the same, and
/// one that goes by them stays with them and tells nothing of bounds.
class Assigner {
 public:
  Assigner(const Population& population, int threads);
  Assigner(const Assigner&) = delete;
  Assigner& operator=(const Assigner&) = delete;

  /// n_local: the cluster of each account; −1 before the first pass.
  [[nodiscard]] std::span<const std::int32_t> assignment() const noexcept {
    return {assignment_.data(), tiles_.n_local()};
  }
  /// Lets `change` set other clusters, or renumber them: it is called with the assignment, and no bound holds any more.
  template <class Change>
  void let_change(Change&& change) {
    change(std::span<std::int32_t>(assignment_.data(), tiles_.n_local()));
    forget();
  }

  /// One pass, on all threads; the accounts that move are recorded in `sums`. `centroids`: k × d grid values. Not
  /// collective.
  void assign(std::span<const double> centroids, ClusterSums& sums);

  /// What the last pass learnt on this rank.
  [[nodiscard]] BoundTally tally() const noexcept;
  /// Switches the bounds on or off, given the tallies of all ranks.
  void adapt(const BoundTally& of_all_ranks, int k);
  [[nodiscard]] bool bounded() const noexcept { return bounded_; }
  [[nodiscard]] bool goes_by_neighbourhoods() const noexcept { return nearby_.settled(); }
  [[nodiscard]] int times_settled() const noexcept { return nearby_.times_settled(); }

 private:
  static constexpr std::size_t kTile = FeatureTiles::kTileAccounts;
  static constexpr std::size_t kScoutEvery = 64;

  /// What one thread works with: accounts picked out of their tiles until they fill one.
  struct alignas(64) Workspace {
    std::vector<float> picked;  ///< d × kTileAccounts, and a cache line to align it
    float* tile = nullptr;
    std::size_t n_picked = 0;
    std::size_t account[kTile] = {};
    std::int32_t cluster[kTile] = {};
    BoundTally tally;
  };
  struct Pass {
    const CentroidPanel& panel;
    ClusterSums& sums;
    int thread;
    Workspace& work;
  };

  /// What this thread is likely to read after tile t.
  [[nodiscard]] const float* tile_after(std::size_t t) const noexcept {
    return t + 1 < tiles_.n_tiles() ? tiles_.tile(t + 1) : nullptr;
  }
  [[nodiscard]] std::int32_t* clusters(std::size_t t) noexcept { return assignment_.data() + t * kTile; }
  /// Goes by neighbourhoods, if they pay.
  bool assign_nearby(const CentroidPanel& panel, std::span<const double> centroids, ClusterSums& sums);
  void assign_tile(const Pass& pass, std::size_t t);
  void assign_whole(const Pass& pass, std::size_t t);
  void renew_whole(const Pass& pass, std::size_t t);
  void pick(const Pass& pass, std::size_t t, std::uint64_t lanes);
  void renew_picked(const Pass& pass);
  void forget();

  const FeatureTiles& tiles_;
  const Population& population_;
  int threads_;
  bool bounded_ = false;
  Bounds bounds_;
  Neighbourhoods nearby_;
  bool bounds_hold_ = false;              ///< false: nothing is held, since the start or since forget()
  std::vector<std::int32_t> assignment_;  ///< n_tiles × kTileAccounts
  std::vector<double> centroids_;         ///< of the last pass
  std::vector<Workspace> workspaces_;     ///< by thread
};

}  // namespace tessera::lloyd
