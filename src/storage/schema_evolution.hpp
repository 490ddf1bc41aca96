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
inline constexpr Name kHighestId = "highest_id";  ///< attribute: number of the highest id ever used
}  // namespace segment_memory

/// A row a segment that is no more, the earliest first; present from the second night on.
namespace retired {
inline constexpr ColumnName kId{"id", "", "never used again"};
inline constexpr ColumnName kLevel{"level", "", "macro, core or micro"};
inline constexpr ColumnName kName{"name", "", "its last"};
inline constexpr ColumnName kNight{"night", "", "the first night without it"};
inline constexpr ColumnName kFollowedBy{"followed_by", "", "id of the segment that most of its accounts went to"};
}  // namespace retired

namespace evolution {
inline constexpr Name kLedger = "ledger", kMigration = "migration", kReasons = "reasons", kDrift = "drift";
}  // namespace evolution

}  // namespace tessera::storage::schema
