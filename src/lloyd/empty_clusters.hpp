#pragma once

#include <cstdint>
#include <span>

#include "lloyd/cluster_sums.hpp"
#include "lloyd/population.hpp"
#include "tessera/context.hpp"

namespace tessera::lloyd {

/// Gives every cluster without accounts the farthest account of another: in rounds, the farthest account of each
/// cluster from its mean is found, and the farthest of those (ties: lower key) go to the empty clusters in their order.
/// As one cluster gives one account a round, and never its last, no cluster is emptied by it; and as every account
/// taken lay off its mean, the inertia falls. An account is far by its distance alone, whatever its weight, and goes
/// with all of it: here alone it is not the same as so many equal accounts, of which one would go. Updates the sums and
/// the assignment of this rank's accounts. Collective.
///
/// Returns how many clusters stay empty: more than 0 only if all accounts lie on their means.
int fill_empty_clusters(const Context& context, const Population& population, ClusterSums& sums,
                        std::span<std::int32_t> assignment);

}  // namespace tessera::lloyd
