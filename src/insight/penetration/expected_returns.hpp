#pragma once

#include <vector>

#include "insight/membership.hpp"
#include "tessera/penetration.hpp"

namespace tessera::insight {

/// By segment; nothing without [trial] results, or where these name no source, no column of sending or none of revenue.
/// An account was contacted where its cell of sending is not blank (a flag: where it is set); a missing response is
/// none, a missing revenue or cost 0. Collective.
[[nodiscard]] std::vector<ExpectedReturn> measure_returns(const parallel::Communicator& comm,
                                                          const AccountTable& accounts, const Job& job,
                                                          const Membership& members);

}  // namespace tessera::insight
