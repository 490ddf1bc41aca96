#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "parallel/communicator.hpp"
#include "tessera/lookalike.hpp"

namespace tessera::insight {

/// Log-odds in steps of 1/2048 from −16 up to 16. Likeness is told by its level alone, so that whatever depends on the
/// order of accounts is an exact count by level, and prospects that nobody could tell apart are equal.
inline constexpr std::size_t kLevels = std::size_t{1} << 16;
[[nodiscard]] std::int32_t level_of(double log_odds) noexcept;
/// 1 / (1 + e^−log-odds) at the level.
[[nodiscard]] double likeness_at(std::int32_t level) noexcept;

/// Accounts by level.
using LevelCounts = std::vector<std::int64_t>;

/// Accounts by level over all ranks, of `levels` of this rank's. Collective.
[[nodiscard]] LevelCounts count_levels(const parallel::Communicator& comm, std::span<const std::int32_t> levels);

/// Area under the curve: the chance that one of `yes` is above one of `no`, ties counting half. NaN where either is
/// empty. Exact but for one division.
[[nodiscard]] double area_under_curve(std::span<const std::int64_t> yes, std::span<const std::int64_t> no);

/// Its 95 % interval (Hanley & McNeil 1982), within [0, 1].
void measure_area(const LevelCounts& best, const LevelCounts& rest, Lookalike& found);

/// Likeness of the middle one of the best (of an even number the lower), and NaN where there are none.
[[nodiscard]] double middle_likeness(const LevelCounts& best);

/// Ten groups of about equally many held-out customers by level; those of one level are in one group.
[[nodiscard]] std::vector<CalibrationTenth> calibration(const LevelCounts& best, const LevelCounts& rest);

/// 1 % to 100 % of the prospects, the likest first; empty without prospects.
[[nodiscard]] std::vector<ReachPoint> reach_curve(const LevelCounts& prospects, const LevelCounts& contactable);

}  // namespace tessera::insight
