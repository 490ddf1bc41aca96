#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "insight/membership.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

/// A column that holds few different values, such as counts, scores and shares: all that is asked of it can be told
/// from how often each segment has each value, for a tenth of the work.
struct FewValues {
  std::vector<double> values;        ///< ascending, the same on every rank
  std::vector<std::int64_t> counts;  ///< by segment, the whole last, then by value
  [[nodiscard]] std::span<const std::int64_t> of(std::size_t segment) const noexcept {
    return std::span(counts).subspan(segment * values.size(), values.size());
  }
};

/// Nothing, on all ranks alike, where there are more than a few thousand values, or ones too large to be multiplied.
/// `cells` is by population row, NaN: missing. Collective.
[[nodiscard]] std::optional<FewValues> few_values(const parallel::Communicator& comm, std::span<const double> cells,
                                                  const Membership& members);

/// What grouped_moments() and grouped_quantiles() say of such a column, to the bit.
[[nodiscard]] parallel::Moments moments_of(std::span<const double> values, std::span<const std::int64_t> counts);
[[nodiscard]] double quantile_of(std::span<const double> values, std::span<const std::int64_t> counts,
                                 double probability);

}  // namespace tessera::insight
