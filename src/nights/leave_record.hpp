#pragma once

#include <string>

#include "nights/run_record.hpp"

namespace tessera::nights {

/// Appends the run's line to runs.jsonl beside the results, and replaces the expositions last_run.prom and, where a
/// night was published, NIGHT.prom, each in one step. One process. Returns what could not be written, as a sentence;
/// empty: nothing. A record is not worth a night, so nothing is thrown.
[[nodiscard]] std::string leave_record(const RunRecord& record, const std::string& results_path) noexcept;

}  // namespace tessera::nights
