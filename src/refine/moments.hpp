#pragma once

#include <cstdint>
#include <vector>

namespace tessera::refinement {

/// Wide enough for n · Σx² and (Σx)² of 2^36 accounts of 24-bit grid integers.
using Wide = __int128;

/// Exact count, sum and sum of squares by feature of a set of accounts, in grid units.
struct Moments {
  std::int64_t n = 0;
  std::vector<std::int64_t> sum;  ///< d
  std::vector<Wide> squares;      ///< d

  Moments() = default;
  explicit Moments(int d) : sum(static_cast<std::size_t>(d)), squares(static_cast<std::size_t>(d)) {}

  Moments& operator+=(const Moments& other);
  Moments& operator-=(const Moments& other);

  [[nodiscard]] double mean(std::size_t f) const { return static_cast<double>(sum[f]) / static_cast<double>(n); }
  /// Σ (x − mean)² of one feature, in squared grid units: from an exact integer, so no digits cancel. 0 for no
  /// accounts.
  [[nodiscard]] double scatter(std::size_t f) const;
  /// The same over all features, added in their order.
  [[nodiscard]] double scatter() const;
};

/// What BIC gains, in nats, by describing accounts of d features as two Gaussians in place of one: X-means' test
/// (Pelleg & Moore 2000) with one spherical variance a model, shared by its halves. `whole` and `halves` are the
/// scatter about one mean and about two. Above 0: two segments; else one.
///
/// Spherical on purpose: of mixed data, a variance by feature lets the first indicator that is pure in a half (variance
/// 0) outweigh all else, while the spherical one asks what k-means asks: how much of the squared distance is explained.
[[nodiscard]] double bic_gain(std::int64_t n_left, std::int64_t n_right, std::size_t d, double whole, double halves);
[[nodiscard]] double bic_gain(const Moments& left, const Moments& right);

/// Squared distance between two means, in squared grid units, added in the order of the features.
[[nodiscard]] double squared_distance(const Moments& a, const Moments& b);

}  // namespace tessera::refinement
