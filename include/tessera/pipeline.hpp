#pragma once

#include <optional>
#include <string>

#include "tessera/context.hpp"
#include "tessera/job.hpp"
#include "tessera/results.hpp"

namespace tessera {

/// What a run is told besides its job.
struct RunOptions {
  std::string night;                 ///< ISO date
  bool resume = false;               ///< go on from the checkpoint of this job and night, where there is one
  std::optional<double> max_time_s;  ///< after that many seconds: checkpoint and stop
};

struct RunOutcome {
  Published published;
  ResultsSummary summary;  ///< as read back from the file; rank 0 only, and only of what this run has published
};

/// The nightly run: ingest → macro → prepare → k-means → refine → insight → results. Collective.
/// Throws Error as its stages do; nothing is left under the final name unless the run is complete.
[[nodiscard]] RunOutcome run_job(const Context& context, const Job& job, const RunOptions& options);

}  // namespace tessera
