#pragma once

#include "ingest/quarantine.hpp"
#include "parallel/communicator.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Collective. Sums this rank's counts of every source over all ranks, in place, and checks them: Error(kInternal)
/// where they do not add up, Error(kBadData) with the commonest reasons where too much is in quarantine, and where the
/// population is empty.
void reconcile(const parallel::Communicator& comm, const Job& job, const Quarantine& quarantine, IngestReport& report);

}  // namespace tessera::intake
