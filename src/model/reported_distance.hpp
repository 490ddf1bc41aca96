#pragma once

#include <cstdint>
#include <span>
#include <vector>

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

/// Measures `rows` against the stored centroids (k × d, own units). `nearest` and `next_best` (−1: none) are
/// rows.size(). Collective. A matrix source is read once more, in blocks.
[[nodiscard]] ReportedDistances reported_distances(const Context& context, const FeatureEncoding& encoding,
                                                   const AccountTable& accounts, std::span<const std::uint32_t> rows,
                                                   std::span<const double> centroids,
                                                   std::span<const std::int32_t> nearest,
                                                   std::span<const std::int32_t> next_best);

}  // namespace tessera
