#pragma once

#include <cstdint>
#include <vector>

#include "parallel/communicator.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::insight {

/// An integer that sums of products of grid integers fit in: 2^46 each, of up to 2^28 accounts, times a count.
using Wide = __int128;

/// Collective. Adds up over ranks, element-wise, in place.
void all_sum_wide(const parallel::Communicator& comm, std::vector<Wide>& values);

/// What variances and correlations of encoded features are made of: exact sums over the accounts of a population that
/// have a core segment, in grid units.
class FeatureSums {
 public:
  /// Beyond so many features their correlations would cost more than the k-means: only variances are known.
  static constexpr int kMostCorrelated = 64;

  /// Collective. `core` by account of the tiles: its core segment, from 0; −1: left out.
  FeatureSums(const parallel::Communicator& comm, const FeatureTiles& tiles, const std::vector<std::int32_t>& core,
              int k);

  /// Squared deviations from the mean: all of them, and those that the core segments' means account for.
  [[nodiscard]] double squares(int feature) const;
  [[nodiscard]] double squares_between(int feature) const;
  [[nodiscard]] bool correlates() const noexcept { return correlates_; }
  /// NaN where one of them is constant. Only where they are not too many.
  [[nodiscard]] double correlation(int a, int b) const;

 private:
  void add_tile(const FeatureTiles& tiles, std::size_t t, const std::vector<std::int32_t>& core);
  [[nodiscard]] std::size_t product(int a, int b) const;  ///< of features a ≤ b: its place in products_

  int d_, k_;
  bool correlates_;
  std::vector<std::int64_t> counts_;  ///< by core, the whole last
  std::vector<std::int64_t> sums_;    ///< (k + 1) × d
  std::vector<Wide> products_;        ///< upper triangle by rows, or the diagonal alone
};

}  // namespace tessera::insight
