#pragma once

#include "storage/schema.hpp"

/// Names in a results file that tell how segments go on from night to night.
namespace tessera::storage::schema {

/// Further columns of the segments table, and an attribute of the segmentation.
namespace segment_memory {
inline constexpr ColumnName kColour{"colour", "", "#rrggbb, the same every night"};
inline constexpr ColumnName kOwner{"owner", "", "who looks after the segment, by people's notes"};
inline constexpr ColumnName kStatus{"status", "", "people's notes"};
inline constexpr ColumnName kMessage{"message", "", "people's notes: what is said to the segment"};
inline constexpr ColumnName kChannel{"channel", "", "people's notes: by which way"};
inline constexpr ColumnName kNextAction{"next_action", "", "people's notes"};
inline constexpr ColumnName kInheritedFrom{"inherited_from", "", "id of the split segment that the notes are from"};
inline constexpr ColumnName kMergedNotes{"merged_notes", "", "notes of the segments that were merged into it"};
inline constexpr ColumnName kNameTraits{"name_traits", "", "what named it, a trait a line; empty: people did"};
inline constexpr ColumnName kNameDoubt{"name_doubt", "", "what the name says and is no longer true; empty: nothing"};
inline constexpr ColumnName kIsOutliers{"is_outliers", "",
                                        "1: the accounts of its core segment that are like no other"};
inline constexpr Name kHighestId = "highest_id";  ///< attribute: number of the highest id ever used
}  // namespace segment_memory

/// A row a segment that is no more, the earliest first; present from the second night on.
namespace retired {
inline constexpr ColumnName kId{"id", "", "used for no other segment"};
inline constexpr ColumnName kLevel{"level", "", "macro, core or micro"};
inline constexpr ColumnName kName{"name", "", "its last"};
inline constexpr ColumnName kNight{"night", "", "the first night without it"};
inline constexpr ColumnName kFollowedBy{"followed_by", "", "id of the segment that most of its accounts went to"};
inline constexpr ColumnName kRule{"rule", "", "its last"};
inline constexpr ColumnName kColour{"colour", "", "what it had"};
}  // namespace retired

/// Segmentations that the job does not have any more, for when they come back; present where there are any.
namespace dormant {
inline constexpr Name kPath = "/dormant";
inline constexpr Name kSegmentations = "/dormant/segmentations";  ///< a row a segmentation
inline constexpr Name kSegments = "/dormant/segments";  ///< a row a segment, with the columns of `retired` too
inline constexpr ColumnName kSegmentation{"segmentation", "", "name"};
inline constexpr ColumnName kHighestId{"highest_id", "", "number of the highest id ever used"};
}  // namespace dormant

/// Further columns of the assignment, from the second night on.
namespace last_assignment {
inline constexpr ColumnName kMacro{"last_macro", "",
                                   "id of the macro segment last night; missing: in none, or not there"};
inline constexpr ColumnName kCore{"last_core", "", "id of the core segment last night; missing: in none, or not there"};
inline constexpr ColumnName kMicro{"last_micro", "",
                                   "id of the micro segment last night; missing: in none, or not there"};
inline constexpr ColumnName kMoved{"moved", "",
                                   "1: in another core segment (macro, where there is no core) than last night; 0: in "
                                   "the same; -1: not in one on both nights"};
}  // namespace last_assignment

/// Present from the second night on.
namespace evolution {
inline constexpr Name kSince = "since";  ///< attribute: the night before; "": its results are gone
inline constexpr Name kLedger = "ledger", kMigration = "migration", kReasons = "reasons", kDrift = "drift",
                      kRetired = "retired";
}  // namespace evolution

/// A row a segment of either night; the words are defined in include/tessera/evolve.hpp.
namespace ledger {
inline constexpr ColumnName kLevel{"level", "", "macro, core or micro"};
inline constexpr ColumnName kFate{"fate", "", "kept, grown, shrunk, split, merged, born or retired"};
inline constexpr ColumnName kId{"id", "", "of the segment"};
inline constexpr ColumnName kName{"name", "", "of the segment; retired: its last"};
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table; -1: retired"};
inline constexpr ColumnName kAccountsBefore{"accounts_before", "accounts", "size last night"};
inline constexpr ColumnName kAccountsAfter{"accounts_after", "accounts", "size tonight"};
inline constexpr ColumnName kStayed{"stayed", "accounts", "in it on both nights"};
inline constexpr ColumnName kParts{"parts", "", "ids of the segments that were born of it"};
inline constexpr ColumnName kAbsorbed{"absorbed", "", "ids of the segments that were retired into it"};
inline constexpr ColumnName kOther{"other", "", "born: id of what it was born of; retired: id of what it went into"};
inline constexpr ColumnName kStory{"story", "", "all of that in words"};
}  // namespace ledger

/// A row a pair of segments of a level that accounts went between, those that stayed included.
namespace migration {
inline constexpr ColumnName kLevel{"level", "", "macro, core or micro"};
inline constexpr ColumnName kFrom{"from", "", "id last night; empty: in none of the level, or not there"};
inline constexpr ColumnName kTo{"to", "", "id tonight; empty: in none of the level, or not there"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "of both"};
inline constexpr ColumnName kValue{"value", "of the column that [value] names",
                                   "what they are worth tonight; who is gone, last night"};
}  // namespace migration

}  // namespace tessera::storage::schema
