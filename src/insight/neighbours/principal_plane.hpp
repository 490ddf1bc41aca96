#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tessera/account_key.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::insight {

/// The plane that holds most of the encoded features' variance.
struct PrincipalPlane {
  std::vector<std::size_t> features;  ///< that take part
  std::vector<double> mean;           ///< of each of them, grid values
  std::vector<double> x, y;           ///< unit vectors, the component of largest magnitude positive
  double share_x = 0.0, share_y = 0.0;

  struct Place {
    double x = 0.0, y = 0.0;
  };
  /// `value(f)` is feature f of what is to be placed, in grid values.
  template <class Value>
  [[nodiscard]] Place place(Value value) const {
    Place place;
    for (std::size_t i = 0; i < features.size(); ++i) {
      const double apart = value(features[i]) - mean[i];
      place.x += apart * x[i];
      place.y += apart * y[i];
    }
    return place;
  }
};

/// The two principal components (Pearson 1901) of the given features, at most kMostMapFeatures. The Gram matrix is of
/// grid integers and exact, so are n Σxy − Σx Σy; the eigenvectors are rank 0's, by Jacobi rotations, and broadcast.
/// Where accounts times features² are too many, accounts are drawn by key. Collective; the same bits everywhere.
[[nodiscard]] PrincipalPlane principal_plane(const Context& context, const FeatureTiles& tiles,
                                             std::span<const AccountKey> keys, std::vector<std::size_t> features,
                                             std::uint64_t seed);
inline constexpr std::size_t kMostMapFeatures = 128;

/// Eigenvalues and eigenvectors of a symmetric n × n matrix, the largest first (Jacobi 1846, cyclic rotations). A
/// vector is a row of `vectors`. Not collective.
struct Eigen {
  std::vector<double> values;
  std::vector<double> vectors;
};
[[nodiscard]] Eigen jacobi(std::vector<double> matrix, std::size_t n);

}  // namespace tessera::insight
