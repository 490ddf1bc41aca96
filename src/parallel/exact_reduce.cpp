#include "parallel/exact_reduce.hpp"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tessera::parallel {
namespace {

/// Accumulators alive at once, by thread and on the way: 2.3 MB.
constexpr std::size_t kMostSums = 4096;

void all_sum_batch(const Communicator& comm, std::span<ExactSum> sums) {
  std::vector<std::int64_t> limbs;
  for (ExactSum& sum : sums) {
    sum.normalise();
    const std::span<std::int64_t> part = sum.limbs();
    limbs.insert(limbs.end(), part.begin(), part.end());
  }
  comm.all_reduce<Reduce::kSum>(std::span(limbs));
  auto next = limbs.cbegin();
  for (ExactSum& sum : sums) {
    const std::span<std::int64_t> part = sum.limbs();
    std::copy_n(next, part.size(), part.begin());
    next += static_cast<std::ptrdiff_t>(part.size());
    sum.normalise();
  }
}

/// The groups [first, first + count) of a column that a batch looks at.
struct GroupedColumn {
  std::span<const double> values;
  std::span<const std::int32_t> groups;
  std::int32_t first;
  std::size_t count;

  /// Index of value i's group in the batch; count or more where it has no place in it.
  [[nodiscard]] std::size_t slot(std::size_t i) const {
    if (std::isnan(values[i])) return count;
    const std::int32_t group = groups.empty() ? 0 : groups[i];
    return group < first ? count : static_cast<std::size_t>(group - first);
  }
};

/// Exact sums by group over all ranks of what `term(value, slot)` makes of each value. Threads add apart and are merged
/// in whatever order they finish: the sums are exact.
template <class Term>
std::vector<ExactSum> sums_by_group(const Communicator& comm, const GroupedColumn& column,
                                    std::vector<std::int64_t>& counts, Term term) {
  std::vector<ExactSum> sums(column.count);
  counts.assign(column.count, 0);
#pragma omp parallel if (column.values.size() > 16384)
  {
    std::vector<ExactSum> my_sums(column.count);
    std::vector<std::int64_t> my_counts(column.count);
#pragma omp for schedule(static) nowait
    for (std::size_t i = 0; i < column.values.size(); ++i) {
      const std::size_t slot = column.slot(i);
      if (slot >= column.count) continue;
      my_sums[slot].add(term(column.values[i], slot));
      ++my_counts[slot];
    }
#pragma omp critical(tessera_merge_group_sums)
    for (std::size_t g = 0; g < column.count; ++g) {
      sums[g].add(my_sums[g]);
      counts[g] += my_counts[g];
    }
  }
  all_sum(comm, std::span(sums));
  comm.all_reduce<Reduce::kSum>(std::span(counts));
  return sums;
}

void moments_of_batch(const Communicator& comm, const GroupedColumn& column, std::span<Moments> moments) {
  std::vector<std::int64_t> counts;
  const std::vector<ExactSum> sums =
      sums_by_group(comm, column, counts, [](double value, std::size_t) { return value; });
  for (std::size_t g = 0; g < moments.size(); ++g) {
    moments[g].count = counts[g];
    moments[g].sum = sums[g].value();
    moments[g].mean = moments[g].sum / static_cast<double>(counts[g]);  // NaN where there is no account
  }
  const std::vector<ExactSum> squares = sums_by_group(comm, column, counts, [&](double value, std::size_t slot) {
    const double deviation = value - moments[slot].mean;
    return deviation * deviation;
  });
  for (std::size_t g = 0; g < moments.size(); ++g) {
    moments[g].squares = squares[g].value();
    moments[g].sd = std::sqrt(moments[g].squares / static_cast<double>(counts[g]));
  }
}

}  // namespace

void all_sum(const Communicator& comm, std::span<ExactSum> sums) {
  for (std::size_t first = 0; first < sums.size(); first += kMostSums) {
    all_sum_batch(comm, sums.subspan(first, std::min(kMostSums, sums.size() - first)));
  }
}

double all_sum(const Communicator& comm, ExactSum sum) {
  all_sum(comm, std::span<ExactSum>(&sum, 1));
  return sum.value();
}

std::vector<Moments> grouped_moments(const Communicator& comm, std::span<const double> values,
                                     std::span<const std::int32_t> groups, int n_groups) {
  std::vector<Moments> moments(static_cast<std::size_t>(n_groups));
  for (std::size_t first = 0; first < moments.size(); first += kMostSums) {
    const std::size_t count = std::min(kMostSums, moments.size() - first);
    moments_of_batch(comm, {values, groups, static_cast<std::int32_t>(first), count},
                     std::span(moments).subspan(first, count));
  }
  return moments;
}

}  // namespace tessera::parallel
