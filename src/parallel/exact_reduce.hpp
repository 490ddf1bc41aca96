#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/exact_sum.hpp"
#include "parallel/communicator.hpp"

namespace tessera::parallel {

/// Collective. Adds accumulators over ranks, element-wise, in place; every rank gets the same exact sums.
void all_sum(const Communicator& comm, std::span<ExactSum> sums);
[[nodiscard]] double all_sum(const Communicator& comm, ExactSum sum);

/// Collective. Exact quantiles by group: values[i] (NaN is left out) belongs to groups[i] in [0, n_groups) (−1: left
/// out; an empty `groups` means one group). Entry g · probabilities.size() + p of the result is the quantile of group
/// g, NaN where the group is empty. Linear interpolation between the two order statistics around (n − 1)·p (Hyndman &
/// Fan's type 7), the same bits at any rank count. Radix selection on order-preserving integers by counting; memory
/// stays bounded whatever n_groups.
[[nodiscard]] std::vector<double> grouped_quantiles(const Communicator& comm, std::span<const double> values,
                                                    std::span<const std::int32_t> groups, int n_groups,
                                                    std::span<const double> probabilities);

/// The quantile that lies `fraction` of the way from one order statistic to the next.
[[nodiscard]] double between(double lower, double upper, double fraction) noexcept;

/// Collective. Count, mean and standard deviation (n in the denominator) by group, NaN left out: two passes, exact
/// sums.
struct Moments {
  std::int64_t count = 0;
  double mean = 0.0;
  double sd = 0.0;
  double sum = 0.0;
  double squares = 0.0;  ///< Σ (value − mean)²
};
[[nodiscard]] std::vector<Moments> grouped_moments(const Communicator& comm, std::span<const double> values,
                                                   std::span<const std::int32_t> groups, int n_groups);

}  // namespace tessera::parallel
