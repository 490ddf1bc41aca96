#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "checkpoint/state.hpp"
#include "tessera/choice_of_k.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"
#include "tessera/kmeans.hpp"
#include "tessera/macro.hpp"
#include "tessera/prepare.hpp"

namespace tessera {

/// The core segments of one segmentation, and how they were found. The same on every rank but for the assignments.
struct CoreSegments {
  /// With scope = "macro", those of one macro segment after the other's: an account's nearest and next best are those
  /// within its macro segment; updates and inertia are added up, and there is no common origin.
  Clustering clustering;
  std::vector<std::int32_t> macro_of_core;  ///< k: index into MacroSegments::segments; −1: scope = "all"
  CoreQuality quality;                      ///< `macro` of the curve: index into MacroSegments::segments
};

/// Centroids to go on from, k × d grid values: one list for the population, or with scope = "macro" one by index into
/// MacroSegments::segments. An empty list, or one of another k than the job's: there is nothing to go on from.
struct CoreStart {
  std::vector<std::vector<double>> centroids;
  enum class Use : std::uint8_t {
    kIterate,  ///< Lloyd's iteration starts from them
    kStay,     ///< they are the answer already: accounts are assigned to them
    kCount     ///< only their number is taken: centroids are drawn and iterated as at a fresh start
  };
  Use use = Use::kIterate;
};

/// How clustering lets itself be interrupted.
struct Pauses {
  std::function<bool()> wished;  ///< asked between updates, on every rank; the answers may differ
  std::function<void()> pause;   ///< collective; throws Error(kStopped) where the run stops
};

/// The searches for the core segments of one segmentation, of which a resumed run makes the same in the same order.
struct CoreProgress {
  checkpoint::SegmentationState& searches;
  const Pauses& pauses;
  std::size_t begun = 0;
};

/// Chooses k where the job leaves it open, and clusters: the population, or each macro segment by itself. Nothing where
/// the segmentation has macro segments only. Where there are centroids to go on
/// from, k stays what it was. With `progress` it goes on from the next of its searches, and keeps it; where that cannot
/// be the state of such a search, throws Error(kBadData). Collective. Throws Error(kStopped) if a signal asks for it.
[[nodiscard]] CoreSegments find_core_segments(const Context& context, const Job& job, const SegmentationSpec& spec,
                                              const Prepared& prepared, const MacroSegments& macros,
                                              const CoreStart& start = {}, CoreProgress* progress = nullptr);

}  // namespace tessera
