#pragma once

#include <string>
#include <vector>

#include "tessera/ingest.hpp"
#include "tessera/job.hpp"
#include "tessera/results.hpp"

namespace tessera::cli {

/// What a run of this job and night would read, do and publish. Throws Error(kBadData) where what [previous] names is
/// no results file.
void print_dry_run(const Job& job, const std::vector<SourceHead>& heads, const std::string& night, int ranks,
                   int threads);

}  // namespace tessera::cli
