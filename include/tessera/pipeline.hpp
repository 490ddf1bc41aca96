#pragma once

#include <optional>
#include <string>

#include "tessera/context.hpp"
#include "tessera/job.hpp"
#include "tessera/results.hpp"

namespace tessera {

/// What a run is told besides its job.
struct RunOptions {
  std::string night;                 ///< ISO date; see settled_night()
  bool resume = false;               ///< go on from the checkpoint of this job and night, where there is one
  std::optional<double> max_time_s;  ///< after that many seconds: checkpoint and stop
};

struct RunOutcome {
  Published published;
  ResultsSummary summary;  ///< as read back from the file; rank 0 only, and only of what this run has published
};

/// The night of a run: as `options` says or, where it says nothing, that of the checkpoint which the run resumes, or
/// today's date (UTC). A run that is resumed after midnight so keeps its night. Collective. Throws Error where there is
/// a checkpoint that cannot be resumed.
[[nodiscard]] std::string settled_night(const Context& context, const Job& job, const RunOptions& options);

/// The nightly run: ingest → macro → prepare → k-means → refine → insight → results. Collective.
/// Throws Error as its stages do; nothing is left under the final name unless the run is complete. A stop (a signal, or
/// the time that it was given) is an Error(kStopped), in any stage; a checkpoint to go on from is kept before.
[[nodiscard]] RunOutcome run_job(const Context& context, const Job& job, const RunOptions& options);

}  // namespace tessera
