#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tessera/insight.hpp"

namespace tessera::insight {

/// The segments of one level, and which of them each account of the population is in.
struct LevelMembers {
  Level level = Level::kCore;
  std::int32_t first = 0;  ///< row of the level's first segment in the segments table
  std::int32_t n_segments = 0;
  std::vector<std::int32_t> place;  ///< by population row: the segment's row − first; −1: none at this level
};

/// Who is in which segment. An account is in at most one segment a level, so statistics by segment take one pass a
/// level. Tables by segment have a further, last entry: the whole population.
struct Membership {
  std::span<const std::uint32_t> rows;  ///< the population: local rows of the account table
  std::int32_t n_segments = 0;
  std::vector<LevelMembers> levels;    ///< levels that have segments, macro first
  std::vector<std::int32_t> baseline;  ///< by segment: what it is compared with, its parent or whole()

  [[nodiscard]] std::int32_t whole() const noexcept { return n_segments; }
  [[nodiscard]] std::size_t table_size() const noexcept { return static_cast<std::size_t>(n_segments) + 1; }

  /// visit(segment) for the whole and for every segment that the account at `rows[i]` is in.
  template <class Visit>
  void for_each_segment(std::size_t i, Visit&& visit) const {
    visit(static_cast<std::size_t>(whole()));
    for (const LevelMembers& level : levels)
      if (level.place[i] >= 0) visit(static_cast<std::size_t>(level.first) + static_cast<std::size_t>(level.place[i]));
  }
};

/// Not collective. Throws Error(kInternal) where seeds are not ordered by level or an account's segment is of another
/// level.
[[nodiscard]] Membership membership(std::span<const std::uint32_t> rows, const std::vector<SegmentSeed>& seeds,
                                    const SegmentAssignment& assignment);

}  // namespace tessera::insight
