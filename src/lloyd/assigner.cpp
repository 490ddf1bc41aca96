#include "lloyd/assigner.hpp"

#include <omp.h>

#include <algorithm>
#include <bit>
#include <memory>

namespace tessera::lloyd {
namespace {

/// Picking an account out of its tile costs about as much as comparing it with this many centroids.
constexpr std::int64_t kPickingCosts = 32;

/// What the two nearest cost, in units of the nearest alone.
constexpr double kTwoCost = 1.35;

/// Below, an account is compared with all centroids in less time than it takes to tell which are near.
constexpr int kManyClusters = 128;

/// Whether it costs less to look at `spent` of `tested` accounts by themselves, two nearest each, than at all of them
/// for the nearest; `percent` of that is asked for.
bool bounds_pay(const BoundTally& tally, int k, int percent) {
  const double share = static_cast<double>(tally.spent) / static_cast<double>(tally.tested);
  return share * kTwoCost * static_cast<double>(k + kPickingCosts) < 0.01 * percent * k;
}

void find(const CentroidPanel& panel, const float* tile, NearestThree& found) {
  nearest_two(panel, tile, found.index, found.score, found.rival, found.rival_score, found.third_score);
}

}  // namespace

Assigner::Assigner(const Population& population, int threads)
    : tiles_(population.tiles),
      population_(population),
      threads_(threads),
      bounds_(tiles_.n_tiles(), tiles_.d()),
      nearby_(population, threads),
      assignment_(tiles_.n_tiles() * kTile, -1),
      workspaces_(static_cast<std::size_t>(threads)) {
  std::fill(assignment_.begin() + static_cast<std::ptrdiff_t>(tiles_.n_local()), assignment_.end(), 0);
  const std::size_t size = static_cast<std::size_t>(tiles_.d()) * kTile;
  for (Workspace& work : workspaces_) {
    work.picked.resize(size + 16);
    void* start = work.picked.data();
    std::size_t space = (size + 16) * sizeof(float);
    work.tile = static_cast<float*>(std::align(64, size * sizeof(float), start, space));
  }
}

void Assigner::assign(std::span<const double> centroids, ClusterSums& sums) {
  const CentroidPanel panel(sums.k(), tiles_.d(), centroids, population_.origin);
  for (Workspace& work : workspaces_) work.tally = {};
  if (assign_nearby(panel, centroids, sums)) return;
  if (bounds_hold_) bounds_.spend(centroids_, centroids);
  const auto n_tiles = static_cast<std::int64_t>(tiles_.n_tiles());
#pragma omp parallel num_threads(threads_)
  {
    const int thread = omp_get_thread_num();
    Workspace& work = workspaces_[static_cast<std::size_t>(thread)];
    const Pass pass{panel, sums, thread, work};
#pragma omp for schedule(dynamic, 16)
    for (std::int64_t t = 0; t < n_tiles; ++t) assign_tile(pass, static_cast<std::size_t>(t));
    if (work.n_picked > 0) renew_picked(pass);
  }
  centroids_.assign(centroids.begin(), centroids.end());
  bounds_hold_ = true;
}

bool Assigner::assign_nearby(const CentroidPanel& panel, std::span<const double> centroids, ClusterSums& sums) {
  if (panel.k < kManyClusters) nearby_.leave();
  const bool may_settle = !centroids_.empty() && !bounded_ && panel.k >= kManyClusters;
  if (!may_settle && !nearby_.settled()) return false;
  nearby_.settle(centroids, assignment());
  if (!nearby_.settled()) return false;
  if (bounds_hold_) forget();
  nearby_.assign(panel, centroids, sums, {assignment_.data(), tiles_.n_local()});
  return true;
}

void Assigner::assign_tile(const Pass& pass, std::size_t t) {
  if (!bounded_ && t % kScoutEvery != 0) return assign_whole(pass, t);
  if (!bounds_hold_) return renew_whole(pass, t);
  const std::size_t accounts = tiles_.accounts_in(t);
  std::uint64_t lanes = bounds_.spent_lanes(t, clusters(t));
  if (accounts < kTile) lanes &= (std::uint64_t{1} << accounts) - 1;
  const auto spent = std::popcount(lanes);
  pass.work.tally.tested += static_cast<std::int64_t>(accounts);
  pass.work.tally.spent += spent;
  const std::int64_t k = pass.panel.k;
  const bool most = spent * (k + kPickingCosts) >= static_cast<std::int64_t>(kTile) * k;
  if (most) return renew_whole(pass, t);
  if (lanes != 0) pick(pass, t, lanes);
}

void Assigner::assign_whole(const Pass& pass, std::size_t t) {
  alignas(64) std::int32_t index[kTile];
  nearest(pass.panel, tiles_.tile(t), index, tile_after(t));
  pass.sums.move_tile(pass.thread, tiles_.tile(t), tiles_.accounts_in(t), population_.weights_in(t), clusters(t),
                      index);
}

void Assigner::renew_whole(const Pass& pass, std::size_t t) {
  NearestThree found;
  find(pass.panel, tiles_.tile(t), found);
  pass.sums.move_tile(pass.thread, tiles_.tile(t), tiles_.accounts_in(t), population_.weights_in(t), clusters(t),
                      found.index);
  bounds_.hold(pass.panel, tiles_.tile(t), found, bounds_.held(t));
}

void Assigner::pick(const Pass& pass, std::size_t t, std::uint64_t lanes) {
  Workspace& work = pass.work;
  const auto d = static_cast<std::size_t>(tiles_.d());
  while (lanes != 0) {
    std::size_t from[kTile];
    const std::size_t before = work.n_picked;
    std::size_t n = 0;
    for (; lanes != 0 && before + n < kTile; lanes &= lanes - 1) {
      from[n] = static_cast<std::size_t>(std::countr_zero(lanes));
      work.account[before + n] = t * kTile + from[n];
      work.cluster[before + n] = clusters(t)[from[n]];
      ++n;
    }
    const float* row = tiles_.tile(t);
    float* to = work.tile + before;
    for (std::size_t f = 0; f < d; ++f, row += kTile, to += kTile)
      for (std::size_t i = 0; i < n; ++i) to[i] = row[from[i]];
    work.n_picked += n;
    if (work.n_picked == kTile) renew_picked(pass);
  }
}

void Assigner::renew_picked(const Pass& pass) {
  Workspace& work = pass.work;
  NearestThree found;
  alignas(64) float against_rival[kTile] = {}, against_others[kTile] = {};
  find(pass.panel, work.tile, found);
  bounds_.hold(pass.panel, work.tile, found, {against_rival, against_others, found.rival});
  std::uint16_t room[kTile];
  pass.sums.move_tile(pass.thread, work.tile, work.n_picked, population_.weights_of(work.account, work.n_picked, room),
                      work.cluster, found.index);
  for (std::size_t i = 0; i < work.n_picked; ++i) {
    const std::size_t account = work.account[i], lane = account % kTile;
    assignment_[account] = work.cluster[i];
    const HeldTile held = bounds_.held(account / kTile);
    held.against_rival[lane] = against_rival[i];
    held.against_others[lane] = against_others[i];
    held.rival[lane] = found.rival[i];
  }
  work.n_picked = 0;
}

BoundTally Assigner::tally() const noexcept {
  BoundTally all;
  for (const Workspace& work : workspaces_) {
    all.tested += work.tally.tested;
    all.spent += work.tally.spent;
  }
  return all;
}

void Assigner::adapt(const BoundTally& of_all_ranks, int k) {
  if (of_all_ranks.tested == 0) return;
  const bool pay = bounds_pay(of_all_ranks, k, bounded_ ? 110 : 80);
  if (pay == bounded_) return;
  bounded_ = pay;
  forget();
}

void Assigner::forget() {
  bounds_.forget(threads_);
  bounds_hold_ = false;
  nearby_.read_clusters(assignment());
}

}  // namespace tessera::lloyd
