#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/exact_sum.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/model.hpp"

namespace tessera {

/// Distances as people are told them: on the unrounded columns, in the encoded features' own units.
struct ReportedDistances {
  std::vector<double> distance;  ///< rows.size(): ‖x − c‖ to the nearest centroid
  std::vector<double> fit;  ///< 1 − distance / distance to the next best, held within [0, 1]; NaN without a next best
  double inertia = 0.0;     ///< Σ distance² over all ranks, summed exactly
};

/// Measures accounts a block at a time, so that their features need not all be in memory. Of one thread, which shares a
/// block's work.
class DistanceMeter {
 public:
  /// `centroids` are k × d, own units, and outlive it.
  DistanceMeter(std::span<const double> centroids, int d, int threads);

  /// Appends what it measures to `reported`. `features` are n × d, own units; `nearest` (−1: the account has no core
  /// segment, and no distance) and `next_best` (−1: there is none) are n.
  void measure(std::span<const double> features, std::span<const std::int32_t> nearest,
               std::span<const std::int32_t> next_best, ReportedDistances& reported);

  /// Σ distance² of all that it has measured.
  [[nodiscard]] const ExactSum& inertia() const noexcept { return inertia_; }

 private:
  std::span<const double> centroids_;
  std::size_t d_;
  int threads_;
  ExactSum inertia_;
  std::vector<double> squares_;  ///< of the block at hand
};

/// Accounts whose features, d of them each, are held at once: bounded, and a multiple of a tile.
[[nodiscard]] std::size_t accounts_at_once(int d) noexcept;

/// Measures `rows` against the stored centroids (k × d, own units). `nearest` and `next_best` (−1: none) are
/// rows.size(). Collective. A matrix source is read once more, in blocks.
[[nodiscard]] ReportedDistances reported_distances(const Context& context, const FeatureEncoding& encoding,
                                                   const AccountTable& accounts, std::span<const std::uint32_t> rows,
                                                   std::span<const double> centroids,
                                                   std::span<const std::int32_t> nearest,
                                                   std::span<const std::int32_t> next_best);

}  // namespace tessera
