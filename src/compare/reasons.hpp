#pragma once

#include <vector>

#include "tessera/compare.hpp"
#include "tessera/results.hpp"

namespace tessera::compare {

/// Why accounts moved between the nights of one design, whose `compared` and `by_accounts` are known; `stored` is what
/// the later file keeps of it. Where its night went on from another file than the earlier one, nobody knows, unless
/// both files' segments are by one model: then whoever moved did so for its own data.
[[nodiscard]] WhyMoved why_moved(const ResultsSummary& earlier, const ResultsSummary& later,
                                 const ComparedDesigns& designs, const std::vector<MoveCount>& stored);

}  // namespace tessera::compare
