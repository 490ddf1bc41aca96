#pragma once

#include <string>
#include <vector>

#include "tessera/compare.hpp"

namespace tessera::compare {

/// Gives tonight's segments of the level the ids that the earlier ones have with which they share most accounts, where
/// that keeps more than half as many accounts again in their segment as the ids do: the files are then of no one chain.
/// Returns whether it did. Ties: the lower rows.
bool match_by_accounts(ComparedSegmentation& compared);

/// What became of each segment of the level: a change of a tenth or more of its accounts is one in size; a new one that
/// has half or more of its accounts from one segment was split from it, and one that is gone and gave half or more of
/// its accounts to one was merged into it.
[[nodiscard]] std::vector<SegmentChange> ledger_of(const ComparedSegmentation& compared);

}  // namespace tessera::compare
