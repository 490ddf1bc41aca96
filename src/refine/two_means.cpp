#include "refine/two_means.hpp"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/grid.hpp"
#include "parallel/communicator.hpp"
#include "parallel/stop_signal.hpp"
#include "refine/criterion.hpp"
#include "refine/gathered_moments.hpp"

namespace tessera::refinement {
namespace {

constexpr std::size_t kMaxStarts = 3;
constexpr int kTrialIterations = 2;  ///< updates after which only the best start of a leaf goes on
constexpr int kMaxIterations = 20;
/// From this update on an attempt settles once no more than one account in so many moves: what is left to gain would
/// not change what the criterion says. Before, few may move because the start lies on a saddle.
constexpr int kSettles = 6;
constexpr std::int64_t kFewMove = 500;

/// Layout of one attempt's changes: accounts that joined the right half less those that left it, accounts that moved
/// either way, and the change of the right half's sums.
constexpr std::size_t kJoined = 0, kMoved = 1, kSums = 2;

void assign_tile(const lloyd::CentroidPanel& rule, const float* tile, std::size_t accounts, std::uint8_t* side,
                 std::int64_t* change) {
  alignas(64) std::int32_t nearer[FeatureTiles::kTileAccounts];
  lloyd::nearest(rule, tile, nearer);

  alignas(64) float units_by_move[FeatureTiles::kTileAccounts] =
      {};  // 2^20 for who joins the right half, −2^20 for who leaves it
  std::int32_t joined = 0;
  std::int32_t moved = 0;
  for (std::size_t lane = 0; lane < accounts; ++lane) {
    const std::int32_t move = nearer[lane] - side[lane];
    side[lane] = static_cast<std::uint8_t>(nearer[lane]);
    joined += move;
    moved += move * move;
    units_by_move[lane] = static_cast<float>(move << kGridBits);
  }
  if (moved == 0) return;
  change[kJoined] += joined;
  change[kMoved] += moved;
  for (std::size_t f = 0; f < static_cast<std::size_t>(rule.d); ++f) {
    const float* x = tile + f * FeatureTiles::kTileAccounts;
    std::int32_t sum = 0;  // 64 integers of 24 bits
    for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane)
      sum += static_cast<std::int32_t>(x[lane] * units_by_move[lane]);
    change[kSums + f] += sum;
  }
}

}  // namespace

lloyd::CentroidPanel split_rule(std::span<const double> halves, std::span<const double> whole) {
  std::vector<std::int32_t> origin(whole.size());
  for (std::size_t f = 0; f < whole.size(); ++f) origin[f] = to_grid(whole[f]);
  return {2, static_cast<int>(whole.size()), halves, origin};
}

TwoMeans::TwoMeans(const Context& context, tbb::task_arena& arena, const LeafTiles& gathered, std::vector<Leaf> leaves,
                   std::int64_t min_accounts, SplitCriterion criterion)
    : context_(context),
      arena_(arena),
      gathered_(gathered),
      leaves_(std::move(leaves)),
      min_accounts_(min_accounts),
      criterion_(criterion),
      n_starts_(std::min(kMaxStarts, static_cast<std::size_t>(gathered.d()))),
      d_(static_cast<std::size_t>(gathered.d())),
      attempts_(leaves_.size() * n_starts_),
      sides_(n_starts_ * gathered.n_slots()),
      winner_(leaves_.size()) {
  for (std::size_t leaf = 0; leaf < leaves_.size(); ++leaf) start_from_widest_features(leaf);
}

void TwoMeans::start_from_widest_features(std::size_t leaf) {
  const Moments& whole = *leaves_[leaf].moments;
  std::vector<double> scatter(d_);
  for (std::size_t f = 0; f < d_; ++f) scatter[f] = whole.scatter(f);
  std::vector<std::size_t> widest(d_);
  std::iota(widest.begin(), widest.end(), std::size_t{0});
  std::stable_sort(widest.begin(), widest.end(), [&](std::size_t a, std::size_t b) { return scatter[a] > scatter[b]; });
  for (std::size_t start = 0; start < n_starts_; ++start) {
    Attempt& a = attempt(leaf, start);
    a.right_sum.resize(d_);
    a.centroids.resize(2 * d_);
    for (std::size_t f = 0; f < d_; ++f) a.centroids[f] = a.centroids[d_ + f] = whole.mean(f) * kGridStep;
    const std::size_t f = widest[start];
    const double sd = std::sqrt(scatter[f] / static_cast<double>(whole.n)) * kGridStep;
    a.centroids[f] -= sd;
    a.centroids[d_ + f] += sd;
    if (scatter[f] <= 0.0) a.state = State::kDropped;
  }
}

std::vector<TwoMeans::Halving> TwoMeans::solve() {
  for (int iteration = 1; iteration <= kMaxIterations; ++iteration) {
    if (!update(iteration)) return {};
    if (iteration == kTrialIterations)
      for (std::size_t leaf = 0; leaf < leaves_.size(); ++leaf) keep_best_start(leaf);
    if (std::ranges::none_of(attempts_, [](const Attempt& a) { return a.state == State::kMoving; })) break;
  }
  std::vector<Halving> halvings(leaves_.size());
  std::vector<const std::uint8_t*> chosen(leaves_.size());
  for (std::size_t leaf = 0; leaf < leaves_.size(); ++leaf) {
    keep_best_start(leaf);
    Attempt& best = attempt(leaf, winner_[leaf]);
    if (best.state == State::kDropped) continue;
    halvings[leaf].centroids = std::move(best.centroids);
    chosen[leaf] = sides(leaf);
  }
  std::vector<Moments> right = moments_of(context_, arena_, gathered_, chosen);
  for (std::size_t leaf = 0; leaf < leaves_.size(); ++leaf) halvings[leaf].right = std::move(right[leaf]);
  return halvings;
}

/// Assigns this rank's accounts by every attempt in `moving`; returns the changes, kSums + d a moving attempt.
std::vector<std::int64_t> TwoMeans::changes_here(std::span<const std::size_t> moving) {
  const std::size_t stride = kSums + d_;
  std::vector<lloyd::CentroidPanel> rules;
  std::vector<std::size_t> first_of_leaf(leaves_.size() + 1);  // where a leaf's attempts begin in `moving`
  for (const std::size_t a : moving) {
    rules.push_back(split_rule(attempts_[a].centroids, leaves_[a / n_starts_].centroid));
    ++first_of_leaf[a / n_starts_ + 1];
  }
  std::partial_sum(first_of_leaf.begin(), first_of_leaf.end(), first_of_leaf.begin());

  const auto& ranges = gathered_.ranges();
  std::vector<std::int64_t> by_range(ranges.size() * n_starts_ * stride);
  arena_.execute([&] {
    tbb::parallel_for(std::size_t{0}, ranges.size(), [&](std::size_t r) {
      const auto [leaf, first, last] = ranges[r];
      for (std::size_t t = first; t < last; ++t)
        for (std::size_t m = first_of_leaf[leaf]; m < first_of_leaf[leaf + 1]; ++m)
          assign_tile(rules[m], gathered_.tile(t), gathered_.accounts_in(leaf, t),
                      sides_.data() + moving[m] % n_starts_ * gathered_.n_slots() + t * FeatureTiles::kTileAccounts,
                      by_range.data() + (r * n_starts_ + m - first_of_leaf[leaf]) * stride);
    });
  });
  std::vector<std::int64_t> changes(moving.size() * stride);
  for (std::size_t r = 0; r < ranges.size(); ++r) {
    const std::size_t begin = first_of_leaf[ranges[r].leaf] * stride;
    const std::size_t end = first_of_leaf[ranges[r].leaf + 1] * stride;
    for (std::size_t v = begin; v < end; ++v) changes[v] += by_range[r * n_starts_ * stride + v - begin];
  }
  return changes;
}

/// One Lloyd update of every attempt that still moves. False: a stop signal came.
bool TwoMeans::update(int iteration) {
  std::vector<std::size_t> moving;
  for (std::size_t a = 0; a < attempts_.size(); ++a)
    if (attempts_[a].state == State::kMoving) moving.push_back(a);
  std::vector<std::int64_t> changes = changes_here(moving);
  changes.push_back(parallel::stop_requested() ? 1 : 0);
  context_.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(changes));
  if (changes.back() > 0) return false;
  for (std::size_t m = 0; m < moving.size(); ++m) {
    Attempt& it = attempts_[moving[m]];
    const std::int64_t* change = changes.data() + m * (kSums + d_);
    it.n_right += change[kJoined];
    for (std::size_t f = 0; f < d_; ++f) it.right_sum[f] += change[kSums + f];
    const std::int64_t few = iteration < kSettles ? 0 : leaves_[moving[m] / n_starts_].moments->n / kFewMove;
    move_centroids(moving[m] / n_starts_, it, change[kMoved] <= few || iteration == kMaxIterations);
  }
  return true;
}

/// Settles the attempt with the centroids that made its present halves, or moves them to the halves' means.
void TwoMeans::move_centroids(std::size_t leaf, Attempt& it, bool last) {
  const Moments& whole = *leaves_[leaf].moments;
  const std::int64_t n_left = whole.n - it.n_right;
  if (n_left == 0 || it.n_right == 0) {
    it.state = State::kDropped;
    return;
  }
  if (last) {
    it.state = State::kSettled;
    return;
  }
  for (std::size_t f = 0; f < d_; ++f) {
    it.centroids[f] = static_cast<double>(whole.sum[f] - it.right_sum[f]) / static_cast<double>(n_left) * kGridStep;
    it.centroids[d_ + f] = static_cast<double>(it.right_sum[f]) / static_cast<double>(it.n_right) * kGridStep;
  }
}

/// What a halving is worth: first its rank (2: it gains, and both halves are large enough; 1: it gains, but takes off a
/// crumb; 0: neither), then its gain. The scatter about two means is the whole one less that between the means.
std::pair<int, double> TwoMeans::merit(std::size_t leaf, const Attempt& it) const {
  const Moments& whole = *leaves_[leaf].moments;
  const std::int64_t n_left = whole.n - it.n_right;
  double squared = 0.0;
  for (std::size_t f = 0; f < d_; ++f) {
    const double left = static_cast<double>(whole.sum[f] - it.right_sum[f]) / static_cast<double>(n_left);
    const double right = static_cast<double>(it.right_sum[f]) / static_cast<double>(it.n_right);
    squared += (right - left) * (right - left);
  }
  const double share = static_cast<double>(n_left) / static_cast<double>(whole.n);
  const double between = share * static_cast<double>(it.n_right) * squared;
  const double scatter = whole.scatter();
  const double gain = gain_by_scatter(criterion_, n_left, it.n_right, d_, scatter, scatter - between);
  if (gain <= 0.0 && criterion_ != SplitCriterion::kAndersonDarling) return {0, gain};
  return {std::min(n_left, it.n_right) >= min_accounts_ ? 2 : 1, gain};
}

void TwoMeans::keep_best_start(std::size_t leaf) {
  std::optional<std::pair<int, double>> best;
  for (std::size_t start = 0; start < n_starts_; ++start) {
    if (attempt(leaf, start).state == State::kDropped) continue;
    const std::pair<int, double> value = merit(leaf, attempt(leaf, start));
    if (best && value <= *best) continue;
    best = value;
    winner_[leaf] = start;
  }
  for (std::size_t start = 0; start < n_starts_; ++start)
    if (start != winner_[leaf]) attempt(leaf, start).state = State::kDropped;
}

}  // namespace tessera::refinement
