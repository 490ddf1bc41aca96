#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core_segments.hpp"
#include "micro_level.hpp"
#include "parallel/stage_clock.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/evolve.hpp"
#include "tessera/job.hpp"
#include "tessera/macro.hpp"
#include "tessera/model_start.hpp"
#include "tessera/prepare.hpp"
#include "tessera/stored_model.hpp"

namespace tessera {

/// What a night may go on from.
struct NightBefore {
  const StoredModels* models = nullptr;          ///< null: there was no night before
  std::span<const std::uint8_t> was_there = {};  ///< n_local: 1 for accounts of both nights
  const LastNight* last_night = nullptr;         ///< null: there was no night before
  const SegmentNotes* notes = nullptr;           ///< null: people noted nothing of segments
};

/// A segmentation's model of tonight, and every account's place in it.
struct Fitted {
  Prepared prepared;
  CoreSegments cores;
  MicroLevel micro;
  ModelStart start;
};

/// Features, core and micro segments of one segmentation: from last night's model where there is one for the same
/// segments, else from nothing.
///
/// A warm start uses last night's encoding, goes on from its centroids and follows its tree; k stays. Where the
/// accounts are the very same, last night's model is kept: nobody moves. A fresh start fits all three anew: on the
/// first night, when the job asks for other segments, when [previous] says that it is time, and when the warm start has
/// become too bad. What a fresh start would give is not known without paying for it. So the warm inertia an account is
/// held against that of the last fresh start, in the same encoding; and only where it has grown by more than
/// `max_worse` a fresh start is tried on a sample (see worse_than_fresh()), as the accounts themselves may have become
/// harder to segment. Both must agree: on a sample alone, a luckier start would often look better.
///
/// Collective. Throws as prepare(), find_core_segments() and micro_level() do.
[[nodiscard]] Fitted fit_segments(const Context& context, const Job& job, const SegmentationSpec& spec,
                                  const AccountTable& accounts, const MacroSegments& macros, const NightBefore& before,
                                  const std::string& night, parallel::StageClock& clock, CoreProgress& progress);

}  // namespace tessera
