#include "lloyd/neighbourhoods.hpp"

#include <omp.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "lloyd/simd_kernels.hpp"

namespace tessera::lloyd {
namespace {

constexpr std::size_t kTilesAPiece = 32;

/// Sorting and copying an account costs about as much as comparing it with this many centroids.
constexpr std::int64_t kSortingCosts = 500;
/// It has to pay within so many passes.
constexpr int kPassesToPay = 8;
/// Whether it will is tried with about so many tiles.
constexpr std::size_t kTilesToTry = 128;

/// Raises a distance computed in float by more than its rounding: a sum of d squares is off by (d + 2)2^-24 of itself,
/// half of which is left after the root.
float above(int d) {
  return 1.0F + static_cast<float>(d + 8) * 0x1p-23F;
}

}  // namespace

// Why it is safe to skip a centroid. An anchor q is a point with coordinates in float, so x − q rounds once a feature,
// and a ball's radius r, raised by above(), is at least ‖x − q‖ for each of its accounts. D_j, computed in float from
// float(c_j), is within (d + 8)2^-24 of itself and ‖c_j − float(c_j)‖ ≤ s = √d·2^-22 of ‖c_j − q‖, as a coordinate is
// below 8 in magnitude. Let m be the least D. A centroid is skipped where D_j > (m + 2r)(1 + e) + 4s with
// e = (d + 16)2^-20. Then ‖c_j − q‖ − ‖c_b − q‖ − 2r, b being the centroid of m, is above D_j·2^-21, and so is
// ‖x − c_j‖ − ‖x − c_b‖, while ‖x − c_j‖ and ‖x − c_b‖ are both below 2D_j. Their squares differ by at least 2^-23 of
// themselves (4s is above what underflows in squares, too), and Σ(x − c)² in double is off by less than 2^-40: the
// plain loop finds c_b nearer, without a tie.

/// What a thread works with on one piece.
struct Neighbourhoods::Workspace {
  std::vector<float> squared;       ///< from the anchor, of all centroids
  std::vector<std::uint64_t> near;  ///< the bits of a square and below them the centroid: sorted by both at once
  std::vector<std::int32_t> chosen;
  PanelSelection selection;
};

namespace {

/// float(c) of all centroids in tiles, as the kernel that measures distances wants them.
struct CentroidTiles {
  CentroidTiles(std::span<const double> centroids, int features)
      : d(features),
        k(centroids.size() / static_cast<std::size_t>(features)),
        lines((k + kSimdTile - 1) / kSimdTile * static_cast<std::size_t>(features) * kTileLines) {
    for (std::size_t j = 0; j < k; ++j)
      for (std::size_t f = 0; f < static_cast<std::size_t>(d); ++f)
        tile(j / kSimdTile)[f * kSimdTile + j % kSimdTile] =
            static_cast<float>(centroids[j * static_cast<std::size_t>(d) + f]);
  }
  [[nodiscard]] float* tile(std::size_t t) noexcept {
    return lines[t * static_cast<std::size_t>(d) * kTileLines].values;
  }
  [[nodiscard]] const float* tile(std::size_t t) const noexcept {
    return lines[t * static_cast<std::size_t>(d) * kTileLines].values;
  }
  int d;
  std::size_t k;
  std::vector<CacheLine> lines;
};

/// The squares of how far all centroids are from the anchor: k of them, and then whatever.
void measure(const CentroidTiles& centroids, const float* anchor, std::vector<float>& squared) {
  const std::size_t tiles = (centroids.k + kSimdTile - 1) / kSimdTile;
  squared.assign(tiles * kSimdTile, std::numeric_limits<float>::infinity());
  for (std::size_t t = 0; t < tiles; ++t)
    lower_squared_distances(anchor, centroids.d, centroids.tile(t), squared.data() + t * kSimdTile);
}

/// In the order of the numbers, none of which is below zero.
std::uint64_t order_bits(float value) {
  return std::bit_cast<std::uint32_t>(value);
}

/// Of numbers that are not below zero: as integers, as the compiler knows how to find the least of several at once.
float least(std::span<const float> values) {
  std::int32_t bits = std::bit_cast<std::int32_t>(std::numeric_limits<float>::infinity());
  for (const float value : values) bits = std::min(bits, std::bit_cast<std::int32_t>(value));
  return std::bit_cast<float>(bits);
}

/// The square of the distance from the anchor beyond which a centroid is nearest to no account of a ball.
float squared_reach(float nearest, float radius, int d) {
  const auto features = static_cast<float>(d);
  const float distance =
      (nearest + 2.0F * radius) * (1.0F + (features + 16.0F) * 0x1p-20F) + 4.0F * 0x1p-22F * std::sqrt(features);
  return distance * distance * (1.0F + 0x1p-20F);
}

}  // namespace

void Neighbourhoods::leave() {
  copy_ = {};
  order_ = {};
  clusters_ = {};
}

/// Rounded up: how far each account of one tile in `step` is from the anchor of its cluster.
std::vector<float> Neighbourhoods::distances_to_anchors(std::size_t step,
                                                        std::span<const std::int32_t> assignment) const {
  const FeatureTiles& tiles = population_.tiles;
  const auto d = static_cast<std::size_t>(tiles.d());
  std::vector<float> distance(tiles.n_tiles() * kTile);
  const auto n_tiles = static_cast<std::int64_t>(tiles.n_tiles());
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (std::int64_t i = 0; i < n_tiles; i += static_cast<std::int64_t>(step)) {
    const auto t = static_cast<std::size_t>(i);
    const float* anchor[kTile];
    float squared[kTile] = {};
    const std::size_t accounts = tiles.accounts_in(t);
    for (std::size_t lane = 0; lane < accounts; ++lane)
      anchor[lane] = anchors_.data() + static_cast<std::size_t>(assignment[t * kTile + lane]) * d;
    for (std::size_t f = 0; f < d; ++f) {
      const float* row = tiles.tile(t) + f * kTile;
      for (std::size_t lane = 0; lane < accounts; ++lane) {
        const float difference = row[lane] - anchor[lane][f];
        squared[lane] += difference * difference;
      }
    }
    for (std::size_t lane = 0; lane < accounts; ++lane)
      distance[t * kTile + lane] = std::sqrt(squared[lane]) * above(tiles.d());
  }
  return distance;
}

/// The accounts of one tile in `step`, so many in a ball.
void Neighbourhoods::sort_accounts(std::size_t step, std::uint32_t in_a_ball,
                                   std::span<const std::int32_t> assignment) {
  const std::size_t k = anchors_.size() / static_cast<std::size_t>(population_.tiles.d());
  const auto for_accounts = [&](const auto& visit) {
    for (std::size_t begin = 0; begin < assignment.size(); begin += step * kTile)
      for (std::size_t i = begin; i < std::min(begin + kTile, assignment.size()); ++i)
        visit(static_cast<std::size_t>(assignment[i]), static_cast<std::uint32_t>(i));
  };
  const std::vector<float> distance = distances_to_anchors(step, assignment);
  std::vector<std::uint32_t> first(k + 1);
  for_accounts([&](std::size_t cluster, std::uint32_t) { ++first[cluster + 1]; });
  std::partial_sum(first.begin(), first.end(), first.begin());
  order_.resize(first.back());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for_accounts([&](std::size_t cluster, std::uint32_t account) { order_[next[cluster]++] = account; });
#pragma omp parallel for schedule(dynamic, 4) num_threads(threads_)
  for (std::int64_t cluster = 0; cluster < static_cast<std::int64_t>(k); ++cluster) {
    const auto j = static_cast<std::size_t>(cluster);
    std::sort(order_.begin() + first[j], order_.begin() + first[j + 1], [&](std::uint32_t a, std::uint32_t b) {
      return distance[a] != distance[b] ? distance[a] < distance[b] : a < b;
    });
  }
  balls_.clear();
  pieces_.clear();
  for (std::size_t j = 0; j < k; ++j) {
    for (std::uint32_t at = first[j]; at < first[j + 1]; at += in_a_ball) {
      const std::uint32_t accounts = std::min(in_a_ball, first[j + 1] - at);
      add_ball(j, {at, accounts, distance[order_[at + accounts - 1]]}, at == first[j]);
    }
  }
}

void Neighbourhoods::add_ball(std::size_t cluster, const Ball& ball, bool is_first_of_cluster) {
  const auto here = static_cast<std::uint32_t>(balls_.size());
  if (is_first_of_cluster || here - pieces_.back().first == kTilesAPiece)
    pieces_.push_back({static_cast<std::int32_t>(cluster), here, here});
  balls_.push_back(ball);
  pieces_.back().end = here + 1;
}

void Neighbourhoods::copy_accounts() {
  const FeatureTiles& tiles = population_.tiles;
  const auto d = static_cast<std::size_t>(tiles.d());
  copy_ = {};  // before the new one: three times the features would be too much
  copy_ = FeatureTiles(balls_.size() * kTile, tiles.d());
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (std::int64_t t = 0; t < static_cast<std::int64_t>(balls_.size()); ++t) {
    const Ball& ball = balls_[static_cast<std::size_t>(t)];
    float* to = copy_.tile(static_cast<std::size_t>(t));
    for (std::size_t i = 0; i < ball.accounts; ++i) {
      const std::size_t account = order_[ball.first + i];
      const float* from = tiles.tile(account / kTile) + account % kTile;
      for (std::size_t f = 0; f < d; ++f) to[f * kTile + i] = from[f * kTile];
    }
  }
}

/// With how many centroids an account is compared, on average.
double Neighbourhoods::mean_comparisons(std::span<const double> centroids) const {
  const int d = population_.tiles.d();
  const CentroidTiles centroid_tiles(centroids, d);
  std::int64_t comparisons = 0;
#pragma omp parallel num_threads(threads_) reduction(+ : comparisons)
  {
    std::vector<float> squared;
#pragma omp for schedule(dynamic, 4)
    for (std::int64_t p = 0; p < static_cast<std::int64_t>(pieces_.size()); ++p) {
      const Piece& piece = pieces_[static_cast<std::size_t>(p)];
      measure(centroid_tiles, anchors_.data() + static_cast<std::size_t>(piece.anchor) * static_cast<std::size_t>(d),
              squared);
      const auto of_centroids = std::span(squared).first(centroid_tiles.k);
      const float nearest = std::sqrt(least(of_centroids));
      for (std::uint32_t t = piece.first; t < piece.end; ++t) {
        const float most_squared = squared_reach(nearest, balls_[t].radius, d);
        comparisons +=
            balls_[t].accounts * std::ranges::count_if(of_centroids, [&](float s) { return s <= most_squared; });
      }
    }
  }
  return static_cast<double>(comparisons) / static_cast<double>(order_.size());
}

void Neighbourhoods::settle(std::span<const double> centroids, std::span<const std::int32_t> assignment) {
  constexpr std::size_t kMostAccounts = std::numeric_limits<std::uint32_t>::max() - kTile;
  if (assignment.empty() || assignment.size() > kMostAccounts) return;
  const auto n = static_cast<std::int64_t>(assignment.size());
  if (settled() ? excess_ < n * kSortingCosts : !std::has_single_bit(++calls_)) return;
  anchors_.resize(centroids.size());
  std::ranges::transform(centroids, anchors_.begin(), [](double value) { return static_cast<float>(value); });
  sort_accounts(std::max<std::size_t>(1, population_.tiles.n_tiles() / kTilesToTry), 1, assignment);
  const auto k = static_cast<double>(centroids.size()) / population_.tiles.d();
  if ((k - mean_comparisons(centroids)) * kPassesToPay < kSortingCosts) return leave();
  sort_accounts(1, kTile, assignment);
  copy_accounts();
  read_clusters(assignment);
  excess_ = 0;
  at_first_ = -1;
  ++times_settled_;
}

void Neighbourhoods::read_clusters(std::span<const std::int32_t> assignment) {
  if (!settled()) return;
  clusters_.resize(order_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) clusters_[i] = assignment[order_[i]];
}

void Neighbourhoods::assign(const CentroidPanel& panel, std::span<const double> centroids, ClusterSums& sums,
                            std::span<std::int32_t> assignment) {
  const CentroidTiles centroid_tiles(centroids, panel.d);
  std::int64_t comparisons = 0;
#pragma omp parallel num_threads(threads_) reduction(+ : comparisons)
  {
    Workspace work;
    const int thread = omp_get_thread_num();
#pragma omp for schedule(dynamic, 4)
    for (std::int64_t p = 0; p < static_cast<std::int64_t>(pieces_.size()); ++p) {
      const Piece& piece = pieces_[static_cast<std::size_t>(p)];
      measure(centroid_tiles,
              anchors_.data() + static_cast<std::size_t>(piece.anchor) * static_cast<std::size_t>(panel.d),
              work.squared);
      comparisons += assign_piece(piece, {panel, sums, assignment, thread}, work);
    }
  }
  if (at_first_ < 0) at_first_ = comparisons;
  excess_ += std::max<std::int64_t>(0, comparisons - at_first_);
}

/// work.squared: of the distances from the piece's anchor. Returns accounts × centroids compared.
std::int64_t Neighbourhoods::assign_piece(const Piece& piece, const Pass& pass, Workspace& work) {
  const int d = pass.panel.d;
  const auto of_centroids = std::span(work.squared).first(static_cast<std::size_t>(pass.panel.k));
  const float nearest = std::sqrt(least(of_centroids));
  const float farthest_squared = squared_reach(nearest, balls_[piece.end - 1].radius, d);
  work.near.clear();
  for (std::size_t j = 0; j < of_centroids.size(); ++j)
    if (of_centroids[j] <= farthest_squared) work.near.push_back(order_bits(of_centroids[j]) << 32 | j);
  std::ranges::sort(work.near);
  work.chosen.clear();
  for (const std::uint64_t near : work.near) work.chosen.push_back(static_cast<std::int32_t>(near));
  work.selection.choose(pass.panel, work.chosen);

  std::int64_t comparisons = 0;
  for (std::size_t t = piece.first; t < piece.end; ++t) {
    const std::uint64_t most_bits = order_bits(squared_reach(nearest, balls_[t].radius, d));
    const auto beyond =
        std::ranges::partition_point(work.near, [&](std::uint64_t near) { return near >> 32 <= most_bits; });
    const auto count = static_cast<int>(beyond - work.near.begin());
    alignas(64) std::int32_t index[kTile];
    nearest_among(pass.panel, work.selection, count, copy_.tile(t), index,
                  t + 1 < balls_.size() ? copy_.tile(t + 1) : nullptr);
    move_accounts(pass, t, index);
    comparisons += std::int64_t{balls_[t].accounts} * count;
  }
  return comparisons;
}

void Neighbourhoods::move_accounts(const Pass& pass, std::size_t t, const std::int32_t* nearest) {
  const std::uint32_t* account = order_.data() + balls_[t].first;
  const std::size_t n = balls_[t].accounts;
  std::int32_t* cluster = clusters_.data() + balls_[t].first;
  if (std::equal(cluster, cluster + n, nearest)) return;
  std::uint16_t room[kTile] = {};
  pass.sums.move_tile(pass.thread, copy_.tile(t), n, population_.weights_of(account, n, room), cluster, nearest);
  for (std::size_t i = 0; i < n; ++i) pass.assignment[account[i]] = nearest[i];
}

}  // namespace tessera::lloyd
