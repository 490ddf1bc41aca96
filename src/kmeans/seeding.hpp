#pragma once

#include <cstdint>
#include <vector>

#include "lloyd/population.hpp"
#include "tessera/context.hpp"

namespace tessera {

/// k centres for one start by k-means++ (Arthur & Vassilvitskii 2007): the first is any account, each next one an
/// account with probability proportional to its squared distance D² to the nearest centre so far. The weighted choice
/// is an exponential race (Efraimidis & Spirakis 2006): the account with the least Exp(1) / D², its random number being
/// a function of (seed, start, centre, account key) alone. One pass and one agreement a centre. Collective; n_global
/// ≥ 1.
///
/// Returns k × d grid values; fewer rows where there are fewer than k distinct accounts.
[[nodiscard]] std::vector<double> seed_centroids(const Context& context, const lloyd::Population& population, int k,
                                                 std::uint64_t seed, int start);

}  // namespace tessera
