#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "parallel/exact_reduce.hpp"

namespace tessera::parallel {
namespace {

constexpr int kDigitBits = 8;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
/// Counters of one reduction: 8 MiB. Groups go in batches that stay below it.
constexpr std::size_t kMostCounters = std::size_t{1} << 20;
/// Candidates that are few enough to be sorted by every rank rather than counted further: 1 MiB.
constexpr std::uint64_t kFewCandidates = std::uint64_t{1} << 16;

/// Integers in the order of their doubles. −0 and +0 are one value. Not for NaN.
std::uint64_t ordered(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  return (bits >> 63) != 0 ? ~bits : bits | std::uint64_t{1} << 63;
}

double value_of(std::uint64_t ordered_bits) {
  const bool negative = (ordered_bits >> 63) == 0;
  return std::bit_cast<double>(negative ? ~ordered_bits : ordered_bits ^ std::uint64_t{1} << 63);
}

/// An order statistic that is asked for: the `rank`-th smallest (from 0) among the values that its segment still holds.
struct Target {
  std::uint64_t rank;
  double* result;
};

/// Values of one group, on all ranks, that agree in the digits looked at so far. `begin` to `end` are this rank's.
struct Segment {
  std::uint64_t* begin;
  std::uint64_t* end;
  std::uint64_t n_global;
  std::uint64_t prefix;
  std::vector<Target> targets;
};

std::size_t digit_of(std::uint64_t key, int shift) {
  return (key >> shift) & (kDigits - 1);
}

/// Splits a segment by its next digit, given the digit's counts over all ranks, and keeps only the parts with targets.
void descend(const Segment& segment, int shift, std::span<const std::int64_t> counts, std::vector<Segment>& next) {
  std::uint64_t before = 0;
  auto target = segment.targets.begin();
  std::uint64_t* begin = segment.begin;
  for (std::size_t digit = 0; digit < kDigits && target != segment.targets.end(); ++digit) {
    const std::uint64_t upto = before + static_cast<std::uint64_t>(counts[digit]);
    Segment part{begin, begin, upto - before, segment.prefix | std::uint64_t{digit} << shift, {}};
    for (; target != segment.targets.end() && target->rank < upto; ++target) {
      part.targets.push_back({target->rank - before, target->result});
    }
    before = upto;
    if (part.targets.empty()) continue;
    part.end = std::partition(begin, segment.end, [&](std::uint64_t key) { return digit_of(key, shift) == digit; });
    begin = part.end;
    next.push_back(std::move(part));
  }
}

/// A value that is still in question, and the segment that it belongs to.
struct Candidate {
  std::uint64_t segment;
  std::uint64_t key;
};

void select_by_sorting(const Communicator& comm, std::span<const Segment> segments) {
  std::vector<Candidate> mine;
  for (std::size_t s = 0; s < segments.size(); ++s) {
    for (const std::uint64_t* key = segments[s].begin; key != segments[s].end; ++key) mine.push_back({s, *key});
  }
  std::vector<Candidate> all = comm.all_gather_varied(std::span<const Candidate>(mine));
  std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    return a.segment != b.segment ? a.segment < b.segment : a.key < b.key;
  });
  std::uint64_t begin = 0;
  for (const Segment& segment : segments) {
    for (const Target& target : segment.targets) *target.result = value_of(all[begin + target.rank].key);
    begin += segment.n_global;
  }
}

std::vector<std::int64_t> count_digits(const Communicator& comm, std::span<const Segment> segments, int shift) {
  std::vector<std::int64_t> counts(segments.size() * kDigits);
#pragma omp parallel for schedule(dynamic)
  for (std::size_t s = 0; s < segments.size(); ++s) {
    std::int64_t* mine = counts.data() + s * kDigits;
    for (const std::uint64_t* key = segments[s].begin; key != segments[s].end; ++key) ++mine[digit_of(*key, shift)];
  }
  comm.all_reduce<Reduce::kSum>(std::span(counts));
  return counts;
}

/// Radix selection from the highest digit down: count, reduce, keep what the targets fall into, until little is left.
void select(const Communicator& comm, std::vector<Segment> segments) {
  const auto n_left = [&segments] {
    return std::accumulate(segments.begin(), segments.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Segment& segment) { return sum + segment.n_global; });
  };
  int shift = 64;
  while (shift > 0 && n_left() > kFewCandidates) {
    shift -= kDigitBits;
    const std::vector<std::int64_t> counts = count_digits(comm, segments, shift);
    std::vector<Segment> next;
    for (std::size_t s = 0; s < segments.size(); ++s) {
      descend(segments[s], shift, std::span(counts).subspan(s * kDigits, kDigits), next);
    }
    segments = std::move(next);
  }
  if (shift > 0) {
    select_by_sorting(comm, segments);
    return;
  }
  for (const Segment& segment : segments) {  // every digit is known, so a segment is one value, however often it occurs
    for (const Target& target : segment.targets) *target.result = value_of(segment.prefix);
  }
}

/// This rank's values as ordered integers, group by group: those of group g are [begins[g], begins[g + 1]).
struct SortedByGroup {
  std::vector<std::uint64_t> keys;
  std::vector<std::size_t> begins;
};

SortedByGroup sort_by_group(std::span<const double> values, std::span<const std::int32_t> groups,
                            std::size_t n_groups) {
  const auto group_of = [&](std::size_t i) -> std::ptrdiff_t {
    if (std::isnan(values[i])) return -1;
    return groups.empty() ? 0 : groups[i];
  };
  SortedByGroup sorted;
  sorted.begins.assign(n_groups + 1, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (const std::ptrdiff_t group = group_of(i); group >= 0) ++sorted.begins[static_cast<std::size_t>(group) + 1];
  }
  std::inclusive_scan(sorted.begins.begin(), sorted.begins.end(), sorted.begins.begin());
  sorted.keys.resize(sorted.begins.back());
  std::vector<std::size_t> places(sorted.begins.begin(), sorted.begins.end() - 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (const std::ptrdiff_t group = group_of(i); group >= 0) {
      sorted.keys[places[static_cast<std::size_t>(group)]++] = ordered(values[i]);
    }
  }
  return sorted;
}

/// The two order statistics around a quantile, and how far it lies from the lower to the upper.
struct Bracket {
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double fraction = 0.0;

  [[nodiscard]] double quantile() const { return between(lower, upper, fraction); }
};

/// The targets of a group of `count` values, sorted by rank, written into its brackets (one a probability).
std::vector<Target> targets_of(std::int64_t count, std::span<const double> probabilities, std::span<Bracket> brackets) {
  std::vector<Target> targets;
  if (count == 0) return targets;
  for (std::size_t p = 0; p < probabilities.size(); ++p) {
    const double position = static_cast<double>(count - 1) * std::clamp(probabilities[p], 0.0, 1.0);
    const auto lower = static_cast<std::uint64_t>(position);
    brackets[p].fraction = position - static_cast<double>(lower);
    targets.push_back({lower, &brackets[p].lower});
    if (brackets[p].fraction > 0.0) targets.push_back({lower + 1, &brackets[p].upper});
  }
  std::sort(targets.begin(), targets.end(), [](const Target& a, const Target& b) { return a.rank < b.rank; });
  return targets;
}

}  // namespace

double between(double lower, double upper, double fraction) noexcept {
  if (fraction == 0.0 || lower == upper) return lower;
  const double distance = upper - lower;
  if (!std::isfinite(distance)) return lower * (1.0 - fraction) + upper * fraction;
  return std::min(lower + fraction * distance, upper);
}

std::vector<double> grouped_quantiles(const Communicator& comm, std::span<const double> values,
                                      std::span<const std::int32_t> groups, int n_groups,
                                      std::span<const double> probabilities) {
  const auto n = static_cast<std::size_t>(n_groups);
  const std::size_t n_probabilities = probabilities.size();
  SortedByGroup sorted = sort_by_group(values, groups, n);
  std::vector<std::int64_t> counts(n);
  for (std::size_t g = 0; g < n; ++g) {
    counts[g] = static_cast<std::int64_t>(sorted.begins[g + 1] - sorted.begins[g]);
  }
  comm.all_reduce<Reduce::kSum>(std::span(counts));

  // A segment falls apart into at most one for each target, of which a probability makes two.
  const std::size_t batch =
      std::max<std::size_t>(1, kMostCounters / (kDigits * std::max<std::size_t>(1, 2 * n_probabilities)));
  std::vector<double> quantiles;
  quantiles.reserve(n * n_probabilities);
  for (std::size_t first = 0; first < n; first += batch) {
    const std::size_t last = std::min(n, first + batch);
    std::vector<Bracket> brackets((last - first) * n_probabilities);
    std::vector<Segment> segments;
    for (std::size_t g = first; g < last; ++g) {
      const auto mine = std::span(brackets).subspan((g - first) * n_probabilities, n_probabilities);
      std::uint64_t* keys = sorted.keys.data();
      segments.push_back({keys + sorted.begins[g], keys + sorted.begins[g + 1], static_cast<std::uint64_t>(counts[g]),
                          0, targets_of(counts[g], probabilities, mine)});
    }
    select(comm, std::move(segments));
    for (const Bracket& bracket : brackets) quantiles.push_back(bracket.quantile());
  }
  return quantiles;
}

}  // namespace tessera::parallel
