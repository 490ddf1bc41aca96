#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// "S-0042" for 42.
[[nodiscard]] std::string segment_id(std::int64_t number);
/// 42 for "S-0042"; nothing for any other text.
[[nodiscard]] std::optional<std::int64_t> segment_number(std::string_view id);

/// A segment that is no more.
struct RetiredSegment {
  std::string id;
  Level level = Level::kCore;
  std::string name;
  std::string night;        ///< the first night without it
  std::string followed_by;  ///< id of the segment that most of its accounts went to; empty: they are gone, or scattered
};

/// One segmentation of last night, told of tonight's accounts.
struct LastSegmentation {
  std::string name;
  std::int64_t highest_id = 0;    ///< number of the highest id that it ever used
  std::vector<Segment> segments;  ///< last night's table; what the rows below mean
  /// By account of tonight (n_local each, also where there was no micro level): −1: it had no segment of that level, or
  /// was not there.
  SegmentAssignment assignment;
  /// By segment: its accounts that are not there tonight, and what these were worth (exact sum).
  std::vector<std::int64_t> gone_accounts;
  std::vector<double> gone_value;
  std::vector<RetiredSegment> retired;  ///< all that it ever had, the earliest first
};

/// Last night's results, told of tonight's accounts. Everything but the vectors by account is the same on every rank.
struct LastNight {
  std::string path;   ///< of the file itself: links are resolved
  std::string night;  ///< ISO date
  std::string digest;
  std::uint64_t accounts = 0;           ///< last night's
  std::uint64_t shared = 0;             ///< of them, those that are there tonight; the others are gone
  std::vector<std::uint8_t> was_there;  ///< n_local
  std::vector<LastSegmentation> segmentations;

  /// The segmentation of this name, or nullptr.
  [[nodiscard]] const LastSegmentation* find(std::string_view name) const noexcept;
};

/// Reads the night before `night` that [previous] of the job names. Collective. Accounts are the same where their ids
/// are, byte for byte (their keys only order them); rows of a matrix by their number. `pseudonyms` are what tonight's
/// accounts are called in a results file where [privacy] asks for them, in the order of the table; else nullptr.
///
/// Nothing, and a line in the journal that says so, where there is no [previous], the file is not there, or it is a
/// first night that is run again: the first night. A file of `night` itself or of a later one (tonight is run again) is
/// not last night's: the one that it was made after is read in its place, and so on. Where that is gone, no account is
/// known, and there are only the ids that must not be used again, with a warning.
///
/// Memory: a block of rows, and what is returned. Throws Error(kBadData) on all ranks if the file is not what a run
/// writes: it is believed in nothing that can be checked.
[[nodiscard]] std::optional<LastNight> read_last_night(const Context& context, const Job& job, const std::string& night,
                                                       const AccountTable& accounts,
                                                       const TextColumn* pseudonyms = nullptr);

/// Reads any other night of the job in the same way, by the path of its results, which are there. Collective. Throws as
/// read_last_night().
[[nodiscard]] LastNight read_night(const Context& context, const Job& job, const std::string& path,
                                   const AccountTable& accounts, const TextColumn* pseudonyms = nullptr);

}  // namespace tessera
