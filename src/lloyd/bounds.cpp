#include "lloyd/bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera::lloyd {
namespace {

/// Raises what was computed in double by more than its rounding: (d + 3)2^-53 for d up to 10^6.
constexpr double kAbove = 1.0 + 0x1p-20;

/// By how much ‖x‖² + 2 · score, computed in float, may differ from a true squared distance.
///
/// kernel.cpp shows that a score is within E = (d + 3)u · (R² + ½‖x‖²) of the true one, with u = 2^-24, x relative to
/// the origin and R² the largest squared norm of a centroid. ‖x‖² is a sum of d FMAs, within du‖x‖² of the true one;
/// the last FMA rounds something below 2(R² + ‖x‖²) once. Together, to first order, 2E + du‖x‖² + 2u(R² + ‖x‖²) is at
/// most (d + 5)u · (2R² + 2‖x‖²); 3 more units and the last factor cover the second order and the rounding of this
/// bound. 2^-100 is above all that underflows.
ScoreSlack score_slack(const CentroidPanel& panel) {
  const float relative = 2.0F * static_cast<float>(panel.d + 8) * 0x1p-24F * (1.0F + 0x1p-10F);
  return {relative * panel.largest_norm + 0x1p-100F, relative};
}

/// ‖after − before‖ of each of the k centroids, in double.
std::vector<double> moves(std::span<const double> before, std::span<const double> after, std::size_t k) {
  const std::size_t d = before.size() / k;
  std::vector<double> moved(k);
  for (std::size_t j = 0; j < k; ++j) {
    double squared = 0.0;
    for (std::size_t f = j * d; f < (j + 1) * d; ++f) squared += (after[f] - before[f]) * (after[f] - before[f]);
    moved[j] = std::sqrt(squared);
  }
  return moved;
}

float rounded_up(double value) {
  const auto nearest = static_cast<float>(value);
  return static_cast<double>(nearest) < value ? std::nextafter(nearest, std::numeric_limits<float>::infinity())
                                              : nearest;
}

}  // namespace

// Why a held gap is safe. Let u be an account's true distance to its own centroid, l the distance to its rival, or the
// least to any other, at the time it was looked at; S what was spent against it by then, S' what is by now. Each
// spending is at least the true moves times 1 + 2^-20 − 2^-30, so by now the two distances differ by at least
// l − u − (S' − S) + 2^-21 (S' − S). (Adding a small move to a large sum in double loses up to 2^-53 of the sum each
// time; what is held is lowered by 2^-21 of S below, which is more than any number of passes comes to.)
//
// The kernel's least score, with the slack, is above that of the nearest centroid, and its second or third least, less
// the slack, is below the second or third least of the true ones: order statistics move by no more than what they are
// taken of. (Where the loop in double swapped two of them, their scores lie within the slack, and g is not above 0.)
// So √(first + slack) ≥ u and √(second − slack) ≤ l up to three roundings of 2^-24, for which, and for the
// rounding of their difference, the factors 1 ± 2^-20 more than make up: the difference g is below
// l − u − 2^-21 (l + u). What is held is (g + S)(1 − 2^-20). Where g ≤ 0 that is at most S, and the account is looked
// at again. Else: S' as the filter has it may be too small by 2^-24 of itself (the sum of two terms), and S as added
// here too large by 2^-22 (rounded up, and the sum); the factor makes up for both, so where the filter finds S' below
// what is held, the true S' − S is below g.
//
// So the distances differ by more than 2^-21 (l + u + S' − S), which is at least 2^-22 of their sum by now. Σ(x − c)²
// in double is off by less than 2^-40 of itself: the plain loop in double finds the same nearest centroid, without
// ties.

Bounds::Bounds(std::size_t tiles, int d)
    : d_(d),
      against_rival_(tiles * FeatureTiles::kTileAccounts, -1.0F),
      against_others_(tiles * FeatureTiles::kTileAccounts, -1.0F),
      rival_(tiles * FeatureTiles::kTileAccounts, 0) {}

void Bounds::forget(int threads) {
  for (auto* sums : {&moved_, &spent_}) sums->clear();
  for (auto* sums : {&moved_above_, &spent_above_}) sums->clear();
  const auto n_tiles = static_cast<std::int64_t>(rival_.size() / FeatureTiles::kTileAccounts);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t t = 0; t < n_tiles; ++t) {
    const HeldTile tile = held(static_cast<std::size_t>(t));
    std::fill_n(tile.against_rival, FeatureTiles::kTileAccounts, -1.0F);
    std::fill_n(tile.rival, FeatureTiles::kTileAccounts, 0);
  }
}

void Bounds::spend(std::span<const double> before, std::span<const double> after) {
  const std::size_t k = after.size() / static_cast<std::size_t>(d_);
  for (auto* sums : {&moved_, &spent_}) sums->resize(k);
  for (auto* sums : {&moved_above_, &spent_above_}) sums->resize(k);
  const std::vector<double> moved = moves(before, after, k);
  const auto most = static_cast<std::size_t>(std::max_element(moved.begin(), moved.end()) - moved.begin());
  double next_most = 0.0;
  for (std::size_t j = 0; j < k; ++j)
    if (j != most) next_most = std::max(next_most, moved[j]);
  for (std::size_t j = 0; j < k; ++j) {
    moved_[j] += moved[j] * kAbove;
    spent_[j] += (moved[j] + (j == most ? next_most : moved[most])) * kAbove;
    moved_above_[j] = rounded_up(moved_[j]);
    spent_above_[j] = rounded_up(spent_[j]);
  }
}

std::uint64_t Bounds::spent_lanes(std::size_t t, const std::int32_t* cluster) noexcept {
  if (spent_above_.empty()) return ~std::uint64_t{0};
  return lloyd::spent_lanes(held(t), cluster, moved_above_.data(), spent_above_.data());
}

void Bounds::hold(const CentroidPanel& panel, const float* tile, const NearestThree& found, HeldTile held) const {
  alignas(64) float on_rival[FeatureTiles::kTileAccounts] = {}, on_others[FeatureTiles::kTileAccounts] = {};
  for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane) {
    const auto own = static_cast<std::size_t>(found.index[lane]);
    const auto rival = static_cast<std::size_t>(std::max(found.rival[lane], 0));  // −1: there is none
    held.rival[lane] = static_cast<std::int32_t>(rival);
    if (spent_above_.empty()) continue;
    on_rival[lane] = moved_above_[own] + moved_above_[rival];
    on_others[lane] = spent_above_[own];
  }
  hold_gaps(tile, panel.d, panel.origin.data(), {found.score, found.rival_score, found.third_score}, score_slack(panel),
            on_rival, on_others, held.against_rival, held.against_others);
}

}  // namespace tessera::lloyd
