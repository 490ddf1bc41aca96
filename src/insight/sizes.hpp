#pragma once

#include <vector>

#include "insight/membership.hpp"

namespace tessera::insight {

/// Fills accounts, customers, prospects, contactable and value of every segment. Collective.
/// A missing customer flag makes a prospect; a missing suppress flag leaves the account contactable; a missing value
/// adds 0.
void measure_sizes(const parallel::Communicator& comm, const AccountTable& accounts, const ValueSpec& value,
                   const Membership& members, std::vector<Segment>& segments);

}  // namespace tessera::insight
