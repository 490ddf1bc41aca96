#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "tessera/generate.hpp"

namespace tessera::generate {

/// The nights on which the planted segments change.
struct Calendar {
  static constexpr int kNever = std::numeric_limits<int>::max();
  /// Segments, as planted_segment() counts them.
  static constexpr int kFirstBorn = 8, kMostBirths = 2;
  static constexpr int kSplitFrom = 0, kSplitInto = 10;
  static constexpr int kMergedFrom = 5, kMergedInto = 2;

  /// Throws Error(kUsage) for more events of a kind than there can be, and for nights before the first.
  explicit Calendar(std::span<const PlantedEvent> events);

  /// The segment that a birth brings.
  [[nodiscard]] static constexpr int born(std::size_t birth) noexcept { return kFirstBorn + static_cast<int>(birth); }
  /// Planted segments that there are on a night.
  [[nodiscard]] int segments_on(int night) const noexcept;
  /// events.csv: what has happened by a night, a line an event, by night.
  [[nodiscard]] std::string told_by(int night) const;

  std::vector<int> births;  ///< nights, ascending
  int split = kNever;
  int merge = kNever;
};

}  // namespace tessera::generate
