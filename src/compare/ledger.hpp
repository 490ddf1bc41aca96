#pragma once

#include <vector>

#include "tessera/compare.hpp"

namespace tessera::compare {

/// What became of each segment of the level, the largest first: who is who by id, then the nightly ledger. Where ids
/// would keep far fewer accounts in their segment (two thirds) than the matching of a night would, the files are of no
/// one chain: tonight's segments then get the ids of those that they are matched with, and `by_accounts` is set.
void tell_changes(ComparedDesigns& designs);

}  // namespace tessera::compare
