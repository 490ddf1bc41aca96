#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/membership.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::insight {

/// Means of the encoded features by segment, the whole last, in grid values.
struct SegmentCentres {
  int d = 0;
  std::vector<double> means;           ///< table_size() × d; 0 for a segment without accounts
  std::vector<std::int64_t> accounts;  ///< over all ranks
  [[nodiscard]] std::span<const double> of(std::size_t segment) const {
    return std::span(means).subspan(segment * static_cast<std::size_t>(d), static_cast<std::size_t>(d));
  }
};

/// Collective: integer sums on the grid in one reduction.
[[nodiscard]] SegmentCentres segment_centres(const Context& context, const FeatureTiles& tiles,
                                             const Membership& members);

/// ‖a − b‖² in the plain order.
[[nodiscard]] double squared_distance(std::span<const double> a, std::span<const double> b) noexcept;

}  // namespace tessera::insight
