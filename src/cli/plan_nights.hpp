#pragma once

#include <string>

#include "plan/workload.hpp"
#include "tessera/job.hpp"

namespace tessera::cli {

/// Adds to the workload of a job's sources what the nights before `night` make of it: whose accounts are matched, and
/// which segmentations go on from last night's models; and says so in the notes. Reads no account. Throws
/// Error(kBadData, kNoInput) as a run of that night would.
void look_back(const Job& job, const std::string& night, plan::Workload& work);

}  // namespace tessera::cli
