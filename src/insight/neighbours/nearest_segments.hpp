#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/neighbours/segment_centres.hpp"
#include "tessera/neighbours.hpp"

namespace tessera::insight {

/// The nearest segments of each one on its own level, at most kNeighbours. By how many of its accounts have the other
/// as next best, then by the distance of the centres, then by row. Segments without accounts neither have nor are
/// neighbours. `next_best` is by population row, a row of the segments table or −1; or empty. A level of more than
/// kMostNeighbourly segments has none. `unit` is one grid value in own units. Collective.
[[nodiscard]] std::vector<Neighbour> nearest_segments(const Context& context, const Membership& members,
                                                      const SegmentCentres& centres,
                                                      std::span<const std::int32_t> next_best, double unit);
inline constexpr std::size_t kNeighbours = 3;
inline constexpr std::int32_t kMostNeighbourly = 2048;

}  // namespace tessera::insight
