#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
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
  std::string rule, colour;  ///< what it had; files of earlier versions do not tell
};

/// A segmentation that the job does not have any more. Nobody is in its segments, but their ids stay theirs: people
/// have noted them, and it may come back.
struct DormantSegmentation {
  std::string name;
  std::int64_t highest_id = 0;
  std::vector<RetiredSegment> segments;  ///< all that it ever had, the earliest first
};

/// One segmentation of last night, told of tonight's accounts.
struct LastSegmentation {
  std::string name;
  bool is_dormant = false;        ///< last night's job did not have it: only its ids are known, and what is retired
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
  std::string path;        ///< of the file itself: links are resolved; empty: it is gone
  std::string made_after;  ///< the same; where it is gone, what the newest results say of where it was
  std::string night;       ///< ISO date; empty: it is gone
  std::string digest;
  std::uint64_t accounts = 0;                   ///< last night's
  std::uint64_t shared = 0;                     ///< of them, those that are there tonight; the others are gone
  std::vector<std::uint8_t> was_there;          ///< n_local
  std::vector<LastSegmentation> segmentations;  ///< that tonight's job has
  std::vector<DormantSegmentation> dormant;     ///< that it does not have

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

/// Why tonight must not be taken for a first night, as read_last_night() would take it: nights of the job were
/// published, and what leads to them is gone. What is missing, and what to do; empty: all is well. Collective.
[[nodiscard]] std::string lost_history(const Context& context, const Job& job, const std::string& night);

/// Reads any other night of the job in the same way, by the path of its results, which are there. Collective. Throws as
/// read_last_night().
[[nodiscard]] LastNight read_night(const Context& context, const Job& job, const std::string& path,
                                   const AccountTable& accounts, const TextColumn* pseudonyms = nullptr);

/// Accounts that were in one segment of a level on a night, and are in one of the same level on another.
struct Migration {
  Level level = Level::kCore;
  std::int32_t from = -1;  ///< row of the earlier night's table; −1: in none of the level, or not there
  std::int32_t to = -1;    ///< row of the later night's; −1 likewise
  std::int64_t accounts = 0;
  double value = 0.0;  ///< what they are worth on the later night; who is gone, on the earlier
};

/// Collective, the same on every rank. The migrations of all levels, by level, then `from`, then `to`; none of no
/// accounts, and none from nowhere to nowhere. `values` is by account (NaN: not known), or empty: nobody is worth
/// anything.
[[nodiscard]] std::vector<Migration> count_migration(const Context& context, const LastSegmentation& last,
                                                     const SegmentAssignment& tonight, std::span<const double> values);

/// What became of a segment. Shares are of all its accounts, those that came from nowhere or are gone included; the
/// integers are exact.
enum class Fate : std::uint8_t {
  kKept,    ///< it is there tonight, and none of what follows
  kGrown,   ///< … with more than 11/10 of its accounts
  kShrunk,  ///< … with less than 9/10 of its accounts
  kSplit,   ///< a segment that was born has half of its accounts or more from it
  kMerged,  ///< half or more of the accounts of a segment that was retired came to it
  kBorn,    ///< it was not there last night
  kRetired  ///< it is not there tonight
};

/// One line of the ledger: a segment of last night and what it is tonight, or one without the other.
struct LedgerEntry {
  Level level = Level::kCore;
  Fate fate = Fate::kKept;    ///< the first of split, merged, grown, shrunk, kept that is true
  std::int32_t last = -1;     ///< row of last night's table; −1: born
  std::int32_t tonight = -1;  ///< row of tonight's; −1: retired
  std::int64_t accounts_last = 0, accounts_tonight = 0;
  std::int64_t stayed = 0;             ///< accounts that are in it on both nights
  std::vector<std::int32_t> parts;     ///< rows of tonight's that were born of it, where there are any
  std::vector<std::int32_t> absorbed;  ///< rows of last night's that were retired into it, where there are any
  /// Born: row of last night's that half or more of its accounts came from. Retired: row of tonight's that half or more
  /// of its accounts went to. −1: there is none.
  std::int32_t other = -1;
};

/// What became of every segment from one night to another, or from one design to another of the same night.
struct Evolution {
  std::vector<std::int32_t> last_of;  ///< by tonight's row: the row that it was last night; −1: born
  std::vector<LedgerEntry> ledger;    ///< by level; tonight's rows, then what was retired
  std::vector<Migration> migration;
};

/// Matches segments by the accounts that they share, and tells what became of each. Not collective, exact integers.
///
/// Macro segments are the same where their rules are, which their criteria make, or else their names. Core and micro
/// segments, each level by itself, are matched so that as many accounts as possible are in matched segments, among the
/// pairs that are alike enough: their common accounts are a quarter or more of the accounts in either (Jaccard ≥ 1/4),
/// of those that are in the level on both nights. So the largest part of a split, or the largest of what was merged, is
/// the same segment, up to four equal ones. Outliers are matched with outliers alone.
///
/// Of the segments, `level`, `rule` and `name` (macro) and `is_outliers` are asked for.
[[nodiscard]] Evolution evolution_of(const std::vector<Segment>& last, const std::vector<Segment>& tonight,
                                     std::vector<Migration> migration);

/// The ledger of one level where it is known already who is whom: `last_of` is as in Evolution. Not collective.
[[nodiscard]] std::vector<LedgerEntry> ledger_of(Level level, const std::vector<Segment>& last,
                                                 const std::vector<Segment>& tonight,
                                                 const std::vector<std::int32_t>& last_of,
                                                 const std::vector<Migration>& migration);

/// A line of the ledger in words.
struct LedgerLine {
  Level level = Level::kCore;
  Fate fate = Fate::kKept;
  std::string id, name;       ///< tonight's; of a retired segment last night's
  std::int32_t segment = -1;  ///< row of tonight's table; −1: retired
  std::int64_t accounts_before = 0, accounts_after = 0, stayed = 0;
  std::string parts, absorbed;  ///< ids, with blanks between
  std::string other;            ///< id; see LedgerEntry
  std::string story;            ///< "split into S-0003 and S-0017; 412 accounts left"
};

/// A migration by ids; empty: in no segment of the level, or not there.
struct MigrationLine {
  Level level = Level::kCore;
  std::string from, to;
  std::int64_t accounts = 0;
  double value = 0.0;
};

/// "kept", "grown", …
[[nodiscard]] std::string_view name_of(Fate fate) noexcept;
[[nodiscard]] std::optional<Fate> fate_of(std::string_view name) noexcept;

/// The ledger and the migration by ids and names. Not collective.
[[nodiscard]] std::vector<LedgerLine> ledger_lines(const Evolution& evolution, const std::vector<Segment>& last,
                                                   const std::vector<Segment>& tonight);
[[nodiscard]] std::vector<MigrationLine> migration_lines(const Evolution& evolution, const std::vector<Segment>& last,
                                                         const std::vector<Segment>& tonight);

/// How tonight's segmentation goes on from last night's.
struct Succession {
  std::string since;          ///< last night's date; empty: only ids are known of it
  std::vector<Segment> last;  ///< last night's table
  SegmentAssignment was;      ///< n_local: rows of `last`
  Evolution evolution;
  std::vector<RetiredSegment> retired;   ///< all that there ever were and are no more, the earliest first
  std::vector<RetiredSegment> returned;  ///< macro segments that were retired, and have accounts again
  std::vector<LedgerLine> ledger;        ///< see tell()
  std::vector<MigrationLine> migration;
};

/// What a segmentation is called and looked after by, from its first night on.
struct CarriedOn {
  std::int64_t highest_id = 0;           ///< number of the highest id that it ever used
  std::optional<Succession> succession;  ///< nothing: it is the segmentation's first night
  /// What people call macro segments, by what their criteria call them.
  std::map<std::string, std::string> macro_names;
};

/// A line of segments.csv: what people noted of a segment.
struct SegmentNote {
  std::int64_t line = 0;     ///< of the file, from 1
  std::string segmentation;  ///< empty: the job's only one
  std::string id;
  std::string name;    ///< that people gave it; empty: none
  SegmentMemory said;  ///< owner to next_action
};

struct SegmentNotes {
  std::string file;
  std::vector<SegmentNote> notes;  ///< in the order of the file
};

/// What people noted, from the file that [previous] `notes` names: CSV with the columns `id`, `segmentation` (where the
/// job has several) and any of name, owner, status, message, channel, next_action. Nothing where the job names none,
/// or, with a line in the journal, the file is not there. Collective. Throws Error(kBadJob) on all ranks with every
/// mistake in it, "FILE:LINE: what", and Error(kNoInput) if it cannot be read.
[[nodiscard]] std::optional<SegmentNotes> read_notes(const Context& context, const Job& job);

/// Gives tonight's segments (`seeds`, the rows of the segments table) their ids and colours; those that were there last
/// night keep them, their names and what is remembered of them. Macro segments have their names already; one that has
/// had no account for some nights gets the id and colour back that it had. New segments get the ids after the highest
/// ever used, by row. Collective. `values` as in count_migration().
///
/// What `notes` (null: there is no file) say of an id counts before what is remembered. A segment that was born of
/// another, or of several that were merged, inherits the notes of that one, or of the largest; what was noted of the
/// others that were merged into a segment is kept as text. A note that was taken out of the file is forgotten. Notes on
/// ids that are not there are warned of, with what became of them.
[[nodiscard]] CarriedOn carry_on(const Context& context, const LastNight* last_night, const SegmentNotes* notes,
                                 const std::string& segmentation, const SegmentAssignment& assignment,
                                 std::span<const double> values, std::vector<SegmentSeed>& seeds);

/// Tells the ledger and the migration, once tonight's segments have their names. Not collective.
void tell(const std::vector<Segment>& tonight, const std::string& night, Succession& succession);

}  // namespace tessera
