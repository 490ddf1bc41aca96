#pragma once

#include <vector>

#include "insight/membership.hpp"
#include "tessera/affinity.hpp"

namespace tessera::insight {

/// Every affinity of the job, and the themes of its feedback, by segment; by the seniority of contacts too where
/// contacts have titles, in macro and core segments. Ordered by segment, affinity, seniority (all accounts first), then
/// choice, the commonest of the whole first. Segments where nothing is known have no rows. Collective.
[[nodiscard]] std::vector<Affinity> measure_affinities(const parallel::Communicator& comm, const AccountTable& accounts,
                                                       const Job& job, const Membership& members);

}  // namespace tessera::insight
