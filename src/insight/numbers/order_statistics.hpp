#pragma once

#include <span>
#include <vector>

#include "insight/membership.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

struct OrderStatistics {
  std::vector<double> medians;  ///< by segment, the whole last; NaN where no account has a value
  std::vector<double> whole;    ///< quantiles of the whole at the probabilities asked for
};

/// What grouped_quantiles() says, to the bit, for all levels at once: values are counted by segment between some
/// hundred cuts, and only those that share a slot with a quantile are looked at again. Where the cuts turn out bad
/// (they come from a sample), grouped_quantiles() is asked. `values` is by population row, NaN: missing. Collective.
[[nodiscard]] OrderStatistics order_statistics(const parallel::Communicator& comm, std::span<const double> values,
                                               const Membership& members, std::span<const double> probabilities);

}  // namespace tessera::insight
