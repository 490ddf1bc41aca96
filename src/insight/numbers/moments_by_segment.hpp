#pragma once

#include <span>
#include <vector>

#include "insight/membership.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

/// Count, mean and deviation of a column by segment, the whole last. `values` is by population row, NaN: missing.
/// Collective.
[[nodiscard]] std::vector<parallel::Moments> moments_by_segment(const parallel::Communicator& comm,
                                                                std::span<const double> values,
                                                                const Membership& members);

/// The same for a column that few_values() would not take, without asking again.
[[nodiscard]] std::vector<parallel::Moments> moments_of_many_values(const parallel::Communicator& comm,
                                                                    std::span<const double> values,
                                                                    const Membership& members);

}  // namespace tessera::insight
