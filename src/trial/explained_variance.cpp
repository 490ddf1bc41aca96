#include "trial/explained_variance.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/distributions.hpp"
#include "core/exact_sum.hpp"
#include "core/special_numbers.hpp"

namespace tessera::trial {

ExplainedVariance explained_variance(Level level, std::span<const double> values, std::span<const std::int32_t> groups,
                                     std::int32_t n_groups) {
  const auto is_known = [&](std::size_t i) { return groups[i] >= 0 && !std::isnan(values[i]); };
  std::vector<std::int64_t> counts(static_cast<std::size_t>(n_groups), 0);
  std::vector<ExactSum> sums(counts.size());
  ExactSum sum, squares;
  std::int64_t n = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_known(i)) continue;
    const auto group = static_cast<std::size_t>(groups[i]);
    ++n;
    ++counts[group];
    sum.add(values[i]);
    sums[group].add(values[i]);
  }
  const double mean = sum.value() / static_cast<double>(n);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (is_known(i)) squares.add_product(values[i] - mean, values[i] - mean);
  ExplainedVariance result{level, 0, kNaN, kNaN, kNaN};
  ExactSum between_sum;
  for (std::size_t g = 0; g < counts.size(); ++g) {
    if (counts[g] == 0) continue;
    ++result.segments;
    const double in_group = static_cast<double>(counts[g]);
    const double difference = sums[g].value() / in_group - mean;
    between_sum.add(in_group * difference * difference);
  }
  const double all = squares.value(), between = std::min(between_sum.value(), all);
  if (!(all > 0.0)) return result;
  result.explained = between / all;
  const double above = static_cast<double>(result.segments - 1), below = static_cast<double>(n - result.segments);
  if (!(above > 0.0) || !(below > 0.0)) return result;
  const double within = (all - between) / below;
  result.beyond_chance = std::max(0.0, (between - above * within) / all);
  result.p = within > 0.0 ? statistics::f_upper_tail(between / above / within, above, below) : 0.0;
  return result;
}

}  // namespace tessera::trial
