#pragma once

#include <cstdint>
#include <vector>

#include "lloyd/population.hpp"
#include "tessera/context.hpp"

namespace tessera {

/// k centres for each of the starts first_start … first_start + starts − 1, by k-means++ (Arthur & Vassilvitskii 2007):
/// the first is an account with probability proportional to its weight, each next one to its weight times its squared
/// distance D² to the nearest centre so far. The choice is an exponential race (Efraimidis & Spirakis 2006) in which
/// every account draws once a start, a function of (seed, start, account key) alone; see Deadlines. So a start's
/// centres do not depend on the starts seeded with it. Two passes over the accounts in all, shared by the starts, then
/// little more than the tiles that lead; one small message between the ranks a centre. Collective; n_global ≥ 1.
///
/// Returns for each start k × d grid values; fewer rows where there are fewer than k distinct accounts.
[[nodiscard]] std::vector<std::vector<double>> seed_centroids(const Context& context,
                                                              const lloyd::Population& population, int k,
                                                              std::uint64_t seed, int first_start, int starts);

/// So many starts at a time take no more than half of what the accounts take themselves.
[[nodiscard]] int starts_seeded_together(int d) noexcept;

}  // namespace tessera
