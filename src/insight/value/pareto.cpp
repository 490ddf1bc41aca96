#include "insight/value/pareto.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "core/exact_sum.hpp"
#include "core/special_numbers.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

namespace {

using parallel::Communicator;
using parallel::Reduce;

constexpr std::int64_t kPoints = 100;

/// Ranked values of this rank's customers, and sums over ranges of ranks over all ranks of the run.
class RankedValues {
 public:
  RankedValues(const Communicator& comm, std::span<const std::int64_t> ranks, std::span<const double> values)
      : comm_(comm), ranks_(ranks), values_(values) {}

  /// Entry b: the sum over ranks above edges[b − 1] (of the first: above `from`) up to edges[b]. Collective.
  [[nodiscard]] std::vector<ExactSum> sums(std::int64_t from, std::span<const std::int64_t> edges) const {
    std::vector<ExactSum> sums(edges.size());
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      if (ranks_[i] <= from || ranks_[i] > edges.back()) continue;
      sums[static_cast<std::size_t>(std::ranges::lower_bound(edges, ranks_[i]) - edges.begin())].add(values_[i]);
    }
    parallel::all_sum(comm_, std::span(sums));
    return sums;
  }

  /// The value of the customer with each of these ranks; NaN for 0. Collective.
  [[nodiscard]] std::vector<double> values_at(std::span<const std::int64_t> wanted) const {
    std::vector<double> found(wanted.size(), -std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      const auto at = std::ranges::lower_bound(wanted, ranks_[i]);
      for (auto same = at; ranks_[i] > 0 && same != wanted.end() && *same == ranks_[i]; ++same)
        found[static_cast<std::size_t>(same - wanted.begin())] = values_[i];
    }
    comm_.all_reduce<Reduce::kMax>(std::span(found));
    for (std::size_t w = 0; w < found.size(); ++w)
      if (wanted[w] == 0) found[w] = kNaN;
    return found;
  }

  /// Σ (n + 1 − 2·rank)·value: the numerator of Gini. Collective.
  [[nodiscard]] double weighted_sum(std::int64_t n) const {
    ExactSum sum;
    for (std::size_t i = 0; i < ranks_.size(); ++i)
      if (ranks_[i] > 0) sum.add_product(static_cast<double>(n + 1 - 2 * ranks_[i]), values_[i]);
    return parallel::all_sum(comm_, sum);
  }

  /// The least m such that the values of ranks 1 … m add up to `wanted` or more; `most` where none below it does.
  /// Collective: the range that holds m is parted again and again.
  [[nodiscard]] std::int64_t fewest_that_bring(double wanted, std::int64_t most) const {
    constexpr std::int64_t kParts = 256;
    ExactSum before;
    std::int64_t low = 0;
    for (std::int64_t high = most; high - low > 1;) {
      std::vector<std::int64_t> edges;
      for (std::int64_t part = 1; part <= kParts; ++part) {
        const std::int64_t edge = low + (high - low) * part / kParts;
        if (edge > (edges.empty() ? low : edges.back())) edges.push_back(edge);
      }
      const std::vector<ExactSum> parts = sums(low, edges);
      std::size_t b = 0;
      for (; b + 1 < edges.size(); ++b) {
        ExactSum up_to = before;
        up_to.add(parts[b]);
        if (up_to.value() >= wanted) break;
        before = up_to;
      }
      low = b == 0 ? low : edges[b - 1];
      high = edges[b];
      if (high - low == 1) return high;
    }
    return most;
  }

 private:
  const Communicator& comm_;
  std::span<const std::int64_t> ranks_;
  std::span<const double> values_;
};

std::int64_t nearest_share(double share, std::int64_t n) {
  return static_cast<std::int64_t>(std::floor(share * static_cast<double>(n) + 0.5));
}

std::int64_t how_many_are_best(const RankedValues& ranked, const ValueSpec& spec, std::int64_t positive,
                               const BestCustomers& best) {
  if (positive == 0) return 0;
  if (!spec.best_share_of_value)
    return std::min(positive, std::max<std::int64_t>(1, nearest_share(spec.best, best.customers)));
  constexpr double kNearEnough = 1.0 - 1e-12;
  return best.value > 0.0 ? ranked.fewest_that_bring(*spec.best_share_of_value * best.value * kNearEnough, positive)
                          : 0;
}

double share_of(double part, double total) {
  return total > 0.0 ? part / total : kNaN;
}

void draw_curve(const RankedValues& ranked, BestCustomers& best) {
  std::vector<std::int64_t> edges;
  for (std::int64_t point = 1; point <= kPoints; ++point)
    edges.push_back(nearest_share(static_cast<double>(point) / kPoints, best.customers));
  const std::vector<ExactSum> parts = ranked.sums(0, edges);
  const std::vector<double> least = ranked.values_at(edges);
  ExactSum sum;
  ExactSum of_decile;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    sum.add(parts[p]);
    of_decile.add(parts[p]);
    const double value = sum.value();
    best.curve.push_back({static_cast<double>(p + 1) / kPoints, edges[p], value, share_of(value, best.value)});
    if ((p + 1) % 10 != 0) continue;
    const std::int64_t before = p < 10 ? 0 : edges[p - 10];
    const double tenth = of_decile.value();
    best.deciles.push_back({static_cast<std::int32_t>((p + 1) / 10), edges[p] - before, tenth,
                            share_of(tenth, best.value), edges[p] > before ? least[p] : kNaN});
    of_decile = ExactSum();
  }
  best.best_fifth_share = best.curve[kPoints / 5 - 1].share_of_value;
}

}  // namespace

void measure_concentration(const Communicator& comm, const CustomerValues& customers, const ValueSpec& spec,
                           BestCustomers& best) {
  enum Count { kKnown, kContactable, kUnknown, kPositive, kCounts };
  std::array<std::int64_t, kCounts> counts{};
  for (std::size_t i = 0; i < best.rank.size(); ++i) {
    if (customers.is_customer[i] == 0) continue;
    const bool is_known = best.rank[i] > 0;
    counts[kKnown] += is_known ? 1 : 0;
    counts[kContactable] += is_known && customers.is_contactable[i] != 0 ? 1 : 0;
    counts[kUnknown] += is_known ? 0 : 1;
    counts[kPositive] += customers.value[i] > 0.0 ? 1 : 0;
  }
  comm.all_reduce<Reduce::kSum>(std::span<std::int64_t>(counts));
  best.customers = counts[kKnown];
  best.contactable = counts[kContactable];
  best.unknown = counts[kUnknown];

  const RankedValues ranked(comm, best.rank, customers.value);
  best.value = ranked.sums(0, std::array{best.customers}).front().value();
  best.gini = share_of(ranked.weighted_sum(best.customers), static_cast<double>(best.customers) * best.value);
  best.best = how_many_are_best(ranked, spec, counts[kPositive], best);
  best.best_value = ranked.sums(0, std::array{best.best}).front().value();
  best.best_share_of_value = share_of(best.best_value, best.value);
  best.least_best_value = ranked.values_at(std::array{best.best}).front();
  std::int64_t contactable = 0;
  for (std::size_t i = 0; i < best.rank.size(); ++i)
    contactable += best.rank[i] > 0 && best.rank[i] <= best.best && customers.is_contactable[i] != 0 ? 1 : 0;
  best.best_contactable = comm.all_reduce<Reduce::kSum>(contactable);
  draw_curve(ranked, best);
}

}  // namespace tessera::insight
