#pragma once

#include "tessera/context.hpp"
#include "tessera/evolve.hpp"
#include "tessera/results.hpp"

namespace tessera {

/// Counts tonight's features, sets tonight against last night and against the baseline of [review], and asks the gate:
/// fills the distributions and drifts of the segmentations, the gate's report and the verdict. To be called when
/// everything else is known and accounts still have their own ids. `last_night` may be null; `lost` is lost_history();
/// `pseudonyms` as read_last_night() takes them. Collective. Throws Error(kBadData) where a file that it goes by is
/// damaged.
void judge_night(const Context& context, const Job& job, const LastNight* last_night, const std::string& lost,
                 const TextColumn* pseudonyms, RunResults& results);

}  // namespace tessera
