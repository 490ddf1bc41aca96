#include "lloyd/cluster_sums.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/grid.hpp"
#include "lloyd/kernel.hpp"

namespace tessera::lloyd {
namespace {

constexpr std::size_t kMessageTail = 4;

constexpr int kFractionBits = 32;  // of a squared grid unit

/// From so many moved accounts of one tile on, turning the whole tile is cheaper than picking each out of its columns.
constexpr std::size_t kWorthTransposing = 8;

/// square / n with kFractionBits bits after the point, cut.
Wide quotient(Wide square, std::int64_t n) noexcept {
  const Wide whole = square / n;
  const Wide rest = square - whole * n;
  return (whole << kFractionBits) + (rest << kFractionBits) / n;
}

/// How the accounts of a tile weigh, and how one is added to a row of sums. Known to the compiler, so that nothing is
/// asked for each account where all weigh 1.
struct Unweighted {
  [[nodiscard]] static constexpr int weight(std::size_t) noexcept { return 1; }
  static void add(const std::int32_t* row, int d, int times, std::int64_t* sums) { add_row(row, d, times, sums); }
};
struct Weighted {
  const std::uint16_t* weights;
  [[nodiscard]] int weight(std::size_t lane) const noexcept { return weights[lane]; }
  static void add(const std::int32_t* row, int d, int times, std::int64_t* sums) noexcept {
    for (std::size_t f = 0; f < static_cast<std::size_t>(d); ++f) sums[f] += std::int64_t{times} * row[f];
  }
};

}  // namespace

ClusterSums::ClusterSums(int k, const Population& population, int threads)
    : k_(k), d_(population.tiles.d()), threads_(threads), population_(population) {
  const auto clusters = static_cast<std::size_t>(k), d = static_cast<std::size_t>(d_);
  sums_.resize(clusters * d);
  weights_.resize(clusters);
  centroids_.resize(clusters * d);
  explained_.resize(clusters);
  changes_.resize(static_cast<std::size_t>(threads));
  for (Changes& changes : changes_) {
    changes.rows.resize(clusters * (d + 1));
    changes.dirty.resize(clusters);
    changes.scratch.resize(FeatureTiles::kTileAccounts * row_stride(d_));
  }
  message_.resize(clusters * (d + 1) + kMessageTail);
}

bool ClusterSums::has_empty() const noexcept {
  return std::find(weights_.begin(), weights_.end(), 0) != weights_.end();
}

std::int64_t* ClusterSums::changed_row(Changes& changes, std::int32_t cluster, int times) noexcept {
  const auto c = static_cast<std::size_t>(cluster), d = static_cast<std::size_t>(d_);
  std::int64_t* row = changes.rows.data() + c * (d + 1);
  changes.dirty[c] = 1;
  row[d] += times;
  return row;
}

void ClusterSums::move(int thread, const float* tile, std::size_t lane, int weight, std::int32_t from,
                       std::int32_t to) {
  Changes& changes = changes_[static_cast<std::size_t>(thread)];
  ++changes.moved;
  if (from >= 0) add_account(tile, d_, lane, -weight, changed_row(changes, from, -weight));
  add_account(tile, d_, lane, weight, changed_row(changes, to, weight));
}

void ClusterSums::move_tile(int thread, const float* tile, std::size_t accounts, const std::uint16_t* weights,
                            std::int32_t* assignment, const std::int32_t* nearest) {
  std::size_t moved = 0;
  for (std::size_t lane = 0; lane < accounts; ++lane) moved += assignment[lane] != nearest[lane] ? 1 : 0;
  if (moved == 0) return;

  Changes& changes = changes_[static_cast<std::size_t>(thread)];
  if (moved < kWorthTransposing) {
    for (std::size_t lane = 0; lane < accounts; ++lane) {
      if (assignment[lane] == nearest[lane]) continue;
      move(thread, tile, lane, weights == nullptr ? 1 : weights[lane], assignment[lane], nearest[lane]);
      assignment[lane] = nearest[lane];
    }
    return;
  }
  transpose_to_rows(tile, d_, changes.scratch.data());
  if (weights == nullptr) {
    move_rows(changes, accounts, Unweighted{}, assignment, nearest);
  } else {
    move_rows(changes, accounts, Weighted{weights}, assignment, nearest);
  }
  changes.moved += static_cast<std::int64_t>(moved);
}

template <class Weighing>
void ClusterSums::move_rows(Changes& changes, std::size_t accounts, Weighing weighing, std::int32_t* assignment,
                            const std::int32_t* nearest) {
  for (std::size_t lane = 0; lane < accounts; ++lane) {
    const std::int32_t from = assignment[lane], to = nearest[lane];
    if (from == to) continue;
    const std::int32_t* row = changes.scratch.data() + lane * row_stride(d_);
    const int weight = weighing.weight(lane);
    if (from >= 0) weighing.add(row, d_, -weight, changed_row(changes, from, -weight));
    weighing.add(row, d_, weight, changed_row(changes, to, weight));
    assignment[lane] = to;
  }
}

ClusterSums::Agreed ClusterSums::reduce(const parallel::Communicator& comm, bool stop_here, const BoundTally& tally) {
  const std::size_t rows = static_cast<std::size_t>(k_) * (static_cast<std::size_t>(d_) + 1);
  merge_threads();
  message_[rows] = 0;
  for (Changes& changes : changes_) message_[rows] += std::exchange(changes.moved, 0);
  message_[rows + 1] = stop_here ? 1 : 0;
  message_[rows + 2] = tally.tested;
  message_[rows + 3] = tally.spent;
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(message_));
  apply_message();
  return {message_[rows], message_[rows + 1] > 0, {message_[rows + 2], message_[rows + 3]}};
}

/// The threads share out the clusters, so no row is written by two of them.
void ClusterSums::merge_threads() {
  const std::size_t width = static_cast<std::size_t>(d_) + 1;
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (std::int64_t j = 0; j < k_; ++j) {
    const auto cluster = static_cast<std::size_t>(j);
    std::int64_t* sum = message_.data() + cluster * width;
    std::fill_n(sum, width, 0);
    for (Changes& changes : changes_) {
      if (changes.dirty[cluster] == 0) continue;
      std::int64_t* row = changes.rows.data() + cluster * width;
      for (std::size_t i = 0; i < width; ++i) sum[i] += std::exchange(row[i], 0);
      changes.dirty[cluster] = 0;
    }
  }
}

void ClusterSums::apply_message() {
  const auto d = static_cast<std::size_t>(d_);
#pragma omp parallel for schedule(static) num_threads(threads_)
  for (std::int64_t j = 0; j < k_; ++j) {
    const auto cluster = static_cast<std::size_t>(j);
    const std::int64_t* row = message_.data() + cluster * (d + 1);
    if (std::all_of(row, row + d + 1, [](std::int64_t change) { return change == 0; })) continue;
    for (std::size_t f = 0; f < d; ++f) sums_[cluster * d + f] += row[f];
    weights_[cluster] += row[d];
    update_cluster(cluster);
  }
}

/// The mean as a whole number of grid units and a rest below one, so that it is as accurate for 10^9 accounts as for
/// ten.
void ClusterSums::update_cluster(std::size_t cluster) {
  const auto d = static_cast<std::size_t>(d_);
  const std::int64_t n = weights_[cluster];
  explained_[cluster] = 0;
  if (n == 0) return;
  for (std::size_t f = 0; f < d; ++f) {
    const std::int64_t sum = sums_[cluster * d + f];
    const std::int64_t whole = sum / n, rest = sum % n;
    centroids_[cluster * d + f] =
        (static_cast<double>(whole) + static_cast<double>(rest) / static_cast<double>(n)) * kGridStep;
    const Wide relative = Wide{sum} - Wide{n} * population_.origin[f];
    explained_[cluster] += quotient(relative * relative, n);
  }
}

std::vector<std::int32_t> ClusterSums::drop_empty() {
  const auto d = static_cast<std::ptrdiff_t>(d_);
  std::vector<std::int32_t> renumbered(static_cast<std::size_t>(k_), -1);
  int kept = 0;
  for (int j = 0; j < k_; ++j) {
    if (weight(j) == 0) continue;
    renumbered[static_cast<std::size_t>(j)] = kept;
    std::copy_n(sums_.begin() + j * d, d, sums_.begin() + kept * d);
    std::copy_n(centroids_.begin() + j * d, d, centroids_.begin() + kept * d);
    weights_[static_cast<std::size_t>(kept)] = weights_[static_cast<std::size_t>(j)];
    explained_[static_cast<std::size_t>(kept)] = explained_[static_cast<std::size_t>(j)];
    ++kept;
  }
  k_ = kept;
  const auto clusters = static_cast<std::size_t>(kept), width = static_cast<std::size_t>(d_) + 1;
  sums_.resize(clusters * (width - 1));
  centroids_.resize(clusters * (width - 1));
  weights_.resize(clusters);
  explained_.resize(clusters);
  for (Changes& changes : changes_) {
    changes.rows.resize(clusters * width);
    changes.dirty.resize(clusters);
  }
  message_.resize(clusters * width + kMessageTail);
  return renumbered;
}

Wide ClusterSums::inertia() const noexcept {
  Wide inertia = population_.squares << kFractionBits;
  for (const Wide explained : explained_) inertia -= explained;
  return inertia;
}

double inertia_value(Wide inertia) noexcept {
  return std::ldexp(static_cast<double>(inertia), -kFractionBits - 2 * kGridBits);
}

}  // namespace tessera::lloyd
