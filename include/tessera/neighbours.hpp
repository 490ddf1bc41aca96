#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tessera {

/// One of the nearest segments of the same level, and what sets the two apart.
struct Neighbour {
  std::int32_t segment = 0, neighbour = 0;  ///< rows of the segments table
  std::int32_t rank = 1;                    ///< 1: the nearest
  std::int64_t accounts = 0;  ///< of the segment that have the neighbour as their next best; 0 where none is known
  double distance = 0.0;      ///< between the two centres, in the encoded features' own units
  std::string trait;          ///< of the segment against the neighbour: "more employees", "Urban"; empty: none
};

/// An account near the centre of its segment.
struct ExampleAccount {
  std::int32_t segment = 0;
  std::string account_id;
  double distance = 0.0;  ///< to the mean of the segment's accounts, in the encoded features' own units
};

/// Segments and some accounts in the plane of the two principal components of the encoded features.
struct SegmentMap {
  struct Bubble {
    std::int32_t segment = 0;
    double x = 0.0, y = 0.0;  ///< mean of the segment's accounts, in the encoded features' own units; NaN: it has none
    std::int64_t accounts = 0;
  };
  struct Point {
    double x = 0.0, y = 0.0;
    std::int32_t segment = 0;  ///< the finest that the account is in
  };
  std::vector<Bubble> bubbles;  ///< a segment each
  std::vector<Point> points;    ///< at most kMostPoints accounts, drawn by key; in no order that tells who they are
  double share_x = 0.0, share_y = 0.0;  ///< of the variance, along each axis
  static constexpr std::size_t kMostPoints = 2000;
};

}  // namespace tessera
