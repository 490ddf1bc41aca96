#pragma once

#include <vector>

#include "insight/membership.hpp"
#include "tessera/penetration.hpp"

namespace tessera::insight {

/// By segment, in the order of `segments`, whose sizes are known. Nothing where [value] names no flag of customers or
/// the population is only customers or only prospects. Collective.
[[nodiscard]] std::vector<Penetration> measure_penetration(const parallel::Communicator& comm,
                                                           const AccountTable& accounts, const ValueSpec& value,
                                                           Population population, const Membership& members,
                                                           const std::vector<Segment>& segments);

}  // namespace tessera::insight
