#include "insight/membership.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tessera/errors.hpp"

namespace tessera::insight {

namespace {

LevelMembers members_of(Level level, std::span<const std::uint32_t> rows, const std::vector<SegmentSeed>& seeds,
                        const std::vector<std::int32_t>& segment_of_account) {
  const auto is_here = [level](const SegmentSeed& seed) { return seed.level == level; };
  const auto first = std::ranges::find_if(seeds, is_here);
  LevelMembers members;
  members.level = level;
  members.first = static_cast<std::int32_t>(first - seeds.begin());
  members.n_segments = static_cast<std::int32_t>(std::ranges::count_if(seeds, is_here));
  members.place.assign(rows.size(), -1);
  if (segment_of_account.empty()) return members;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int32_t segment = segment_of_account[rows[i]];
    if (segment < 0) continue;
    const std::int32_t place = segment - members.first;
    if (place < 0 || place >= members.n_segments)
      throw Error(ExitCode::kInternal,
                  fmt::format("account at local row {} is in segment row {}, which is none of its level's "
                              "{} rows from {} on",
                              rows[i], segment, members.n_segments, members.first));
    members.place[i] = place;
  }
  return members;
}

}  // namespace

Membership membership(std::span<const std::uint32_t> rows, const std::vector<SegmentSeed>& seeds,
                      const SegmentAssignment& assignment) {
  if (!std::ranges::is_sorted(seeds, {}, &SegmentSeed::level))
    throw Error(ExitCode::kInternal, "the segments' rows are not in the order macro, core, micro");
  Membership result;
  result.rows = rows;
  result.n_segments = static_cast<std::int32_t>(seeds.size());
  const std::array<const std::vector<std::int32_t>*, 3> by_level{&assignment.macro, &assignment.core,
                                                                 &assignment.micro};
  for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) {
    LevelMembers members = members_of(level, rows, seeds, *by_level[static_cast<std::size_t>(level)]);
    if (members.n_segments > 0) result.levels.push_back(std::move(members));
  }
  for (const SegmentSeed& seed : seeds) {
    if (seed.parent >= result.n_segments)
      throw Error(ExitCode::kInternal, "a segment's parent is no row of the segments table");
    result.baseline.push_back(seed.parent >= 0 ? seed.parent : result.whole());
  }
  return result;
}

}  // namespace tessera::insight
