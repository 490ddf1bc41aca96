#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "parallel/communicator.hpp"
#include "tessera/best_customers.hpp"

namespace tessera::insight {

/// Customers in two groups.
struct TwoGroups {
  std::vector<std::uint32_t> rows;    ///< local rows of the customers whose value is known
  std::vector<std::uint8_t> is_best;  ///< of each of them
  std::int64_t best = 0, rest = 0;    ///< over all ranks
};

/// share_of_best, share_of_rest, lift with its 95 % interval, and what it tells, from the counts of a trait.
void measure_lift(std::int64_t n_best, std::int64_t n_rest, SharedTrait& trait);

/// BestCustomers::traits. Collective; the same on every rank.
[[nodiscard]] std::vector<SharedTrait> shared_traits(const parallel::Communicator& comm, const AccountTable& accounts,
                                                     const Job& job, const TwoGroups& groups);

}  // namespace tessera::insight
