#pragma once

#include <string>

#include "nights/run_record.hpp"

namespace tessera::nights {

/// Appends the run's line to runs.jsonl beside the results, and replaces the expositions `metrics_path` (empty:
/// last_run.prom beside the results) and, where a night was published, NIGHT.prom, each in one step. One process.
/// Returns what could not be written, as a sentence; empty: nothing. A record is not worth a night, so nothing is
/// thrown.
[[nodiscard]] std::string leave_record(const RunRecord& record, const std::string& results_path,
                                       const std::string& metrics_path) noexcept;

/// Writes NIGHT.prom of a published night, of which `night` tells, unless it tells of the run that published it: that
/// run may have been ended between its manifest and its figures. Only for who holds the night's lock. Otherwise as
/// above.
[[nodiscard]] std::string leave_missing_figures(const RunRecord& night, const std::string& results_path,
                                                const Owner& me) noexcept;

}  // namespace tessera::nights
