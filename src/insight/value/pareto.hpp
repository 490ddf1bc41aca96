#pragma once

#include "insight/value/customers.hpp"
#include "parallel/communicator.hpp"
#include "tessera/best_customers.hpp"

namespace tessera::insight {

/// Fills everything of `best` but the traits from its ranks. Collective; exact sums, so the same bits at any rank
/// count.
void measure_concentration(const parallel::Communicator& comm, const CustomerValues& customers, const ValueSpec& spec,
                           BestCustomers& best);

}  // namespace tessera::insight
