#pragma once

#include <string>

#include "tessera/context.hpp"
#include "tessera/job.hpp"
#include "tessera/results.hpp"

namespace tessera {

struct RunOutcome {
  Published published;
  ResultsSummary summary;  ///< as read back from the file; rank 0 only
};

/// The nightly run: ingest → macro → prepare → k-means → refine → insight → results. Collective.
/// Throws Error as its stages do; nothing is left under the final name unless the run is complete.
[[nodiscard]] RunOutcome run_job(const Context& context, const Job& job, const std::string& night);

}  // namespace tessera
