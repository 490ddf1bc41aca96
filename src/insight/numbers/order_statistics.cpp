#include "insight/numbers/order_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "core/special_numbers.hpp"
#include "parallel/communicator.hpp"

namespace tessera::insight {

namespace {

constexpr std::array kMedian{0.5};
constexpr std::size_t kMostCuts = 1024;
/// Counters of one column, of every thread: 8 MiB.
constexpr std::size_t kMostSlotCounters = std::size_t{1} << 20;
/// Values that every rank may have to sort: 16 MiB.
constexpr std::int64_t kMostCandidates = std::int64_t{1} << 20;
constexpr std::uint16_t kNoSlot = 0xffff;

/// Some values of the column, ascending without twins. What comes of them does not depend on which. Collective.
std::vector<double> sample_of(const parallel::Communicator& comm, std::span<const double> values, std::size_t most) {
  const auto n = comm.all_reduce<parallel::Reduce::kSum>(static_cast<std::uint64_t>(values.size()));
  const auto stride = static_cast<std::size_t>(n / most + 1);
  std::vector<double> mine;
  for (std::size_t i = 0; i < values.size(); i += stride)
    if (!std::isnan(values[i])) mine.push_back(values[i] + 0.0);
  std::vector<double> cuts = comm.all_gather_varied(std::span<const double>(mine));
  std::ranges::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  cuts.resize(std::min(cuts.size(), 2 * most));  // every rank may add one by rounding
  return cuts;
}

/// Slot 2c holds what lies between cuts c − 1 and c, 2c + 1 what equals cut c.
std::vector<std::uint16_t> slots_of(std::span<const double> values, const std::vector<double>& cuts) {
  std::vector<std::uint16_t> slots(values.size(), kNoSlot);
#pragma omp parallel for schedule(static) if (values.size() > 16384)
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    std::size_t at = 0;  // cuts below the value, by halves: no branch that a processor could guess wrong
    for (std::size_t left = cuts.size(); left > 0;) {
      const std::size_t half = left - left / 2;
      at += cuts[at + half - 1] < values[i] ? half : 0;
      left /= 2;
    }
    slots[i] = static_cast<std::uint16_t>(2 * at + (at < cuts.size() && cuts[at] == values[i] ? 1 : 0));
  }
  return slots;
}

/// By segment, the whole last, then by slot. Collective.
std::vector<std::int64_t> count_slots(const parallel::Communicator& comm, const std::vector<std::uint16_t>& slots,
                                      std::size_t n_slots, const Membership& members) {
  std::vector<std::int64_t> counts(members.table_size() * n_slots, 0);
#pragma omp parallel if (slots.size() > 16384)
  {
    std::vector<std::int64_t> mine(counts.size(), 0);
#pragma omp for schedule(static) nowait
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (slots[i] == kNoSlot) continue;
      members.for_each_segment(i, [&](std::size_t segment) { ++mine[segment * n_slots + slots[i]]; });
    }
#pragma omp critical(tessera_merge_slot_counts)
    std::ranges::transform(counts, mine, counts.begin(), std::plus{});
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span(counts));
  return counts;
}

/// A value in question, and the cell (segment and slot) that it is in.
struct Candidate {
  std::uint64_t cell;
  double value;
};

/// The order statistics of a column in two passes: say which are wanted, look(), take them.
class Selection {
 public:
  Selection(const std::vector<double>& cuts, std::vector<std::int64_t> counts)
      : cuts_(cuts), n_slots_(2 * cuts.size() + 1), counts_(std::move(counts)), begin_(counts_.size(), -1) {}

  /// The quantile needs the order statistics around it.
  void want(std::size_t segment, double probability) {
    const Position position = position_of(segment, probability);
    if (position.n == 0) return;
    want_rank(segment, position.rank);
    if (position.fraction > 0.0) want_rank(segment, position.rank + 1);
  }
  [[nodiscard]] std::int64_t candidates() const noexcept { return n_candidates_; }

  /// Collective.
  void look(const parallel::Communicator& comm, std::span<const double> values, const std::vector<std::uint16_t>& slots,
            const Membership& members) {
    std::vector<Candidate> mine;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (slots[i] == kNoSlot || slots[i] % 2 == 1) continue;
      members.for_each_segment(i, [&](std::size_t segment) {
        const std::size_t cell = segment * n_slots_ + slots[i];
        if (begin_[cell] >= 0) mine.push_back({cell, values[i]});
      });
    }
    found_ = comm.all_gather_varied(std::span<const Candidate>(mine));
    std::ranges::sort(found_, [](const Candidate& a, const Candidate& b) {
      return a.cell != b.cell ? a.cell < b.cell : a.value < b.value;
    });
    for (std::size_t c = 0; c < found_.size(); ++c)
      if (c == 0 || found_[c].cell != found_[c - 1].cell) begin_[found_[c].cell] = static_cast<std::int64_t>(c);
  }

  [[nodiscard]] double quantile(std::size_t segment, double probability) const {
    const Position position = position_of(segment, probability);
    if (position.n == 0) return kNaN;
    const double lower = at_rank(segment, position.rank);
    return position.fraction > 0.0 ? parallel::between(lower, at_rank(segment, position.rank + 1), position.fraction)
                                   : lower;
  }

 private:
  struct Position {
    std::int64_t n, rank;
    double fraction;
  };
  [[nodiscard]] Position position_of(std::size_t segment, double probability) const {
    const auto mine = std::span(counts_).subspan(segment * n_slots_, n_slots_);
    std::int64_t n = 0;
    for (const std::int64_t one : mine) n += one;
    if (n == 0) return {0, 0, 0.0};
    const double position = static_cast<double>(n - 1) * probability;
    const auto rank = static_cast<std::int64_t>(position);
    return {n, rank, position - static_cast<double>(rank)};
  }
  /// The slot with the rank-th smallest value of the segment; `rank` becomes its place in the slot.
  [[nodiscard]] std::size_t slot_at(std::size_t segment, std::int64_t& rank) const {
    std::size_t slot = 0;
    for (; rank >= counts_[segment * n_slots_ + slot]; ++slot) rank -= counts_[segment * n_slots_ + slot];
    return slot;
  }
  void want_rank(std::size_t segment, std::int64_t rank) {
    const std::size_t slot = slot_at(segment, rank);
    const std::size_t cell = segment * n_slots_ + slot;
    if (slot % 2 == 1 || begin_[cell] >= 0) return;
    begin_[cell] = 0;
    n_candidates_ += counts_[cell];
  }
  [[nodiscard]] double at_rank(std::size_t segment, std::int64_t rank) const {
    const std::size_t slot = slot_at(segment, rank);
    if (slot % 2 == 1) return cuts_[slot / 2];
    return found_[static_cast<std::size_t>(begin_[segment * n_slots_ + slot] + rank)].value;
  }

  const std::vector<double>& cuts_;
  std::size_t n_slots_;
  std::vector<std::int64_t> counts_;
  std::vector<std::int64_t> begin_;  ///< by cell: first candidate; −1: not wanted
  std::int64_t n_candidates_ = 0;
  std::vector<Candidate> found_;
};

OrderStatistics by_level(const parallel::Communicator& comm, std::span<const double> values, const Membership& members,
                         std::span<const double> probabilities) {
  OrderStatistics result;
  result.medians.assign(members.table_size(), kNaN);
  for (const LevelMembers& level : members.levels)
    std::ranges::copy(parallel::grouped_quantiles(comm, values, level.place, level.n_segments, kMedian),
                      result.medians.begin() + level.first);
  result.medians.back() = parallel::grouped_quantiles(comm, values, {}, 1, kMedian).front();
  result.whole = parallel::grouped_quantiles(comm, values, {}, 1, probabilities);
  return result;
}

}  // namespace

OrderStatistics order_statistics(const parallel::Communicator& comm, std::span<const double> values,
                                 const Membership& members, std::span<const double> probabilities) {
  const std::size_t most = std::min(kMostCuts, kMostSlotCounters / (2 * members.table_size()));
  if (most < 2) return by_level(comm, values, members, probabilities);
  const std::vector<double> cuts = sample_of(comm, values, most);
  const std::vector<std::uint16_t> slots = slots_of(values, cuts);
  Selection selection(cuts, count_slots(comm, slots, 2 * cuts.size() + 1, members));
  const std::size_t whole = members.table_size() - 1;
  for (std::size_t segment = 0; segment <= whole; ++segment) selection.want(segment, kMedian.front());
  for (const double probability : probabilities) selection.want(whole, probability);
  if (selection.candidates() > kMostCandidates) return by_level(comm, values, members, probabilities);
  selection.look(comm, values, slots, members);
  OrderStatistics result;
  for (std::size_t segment = 0; segment <= whole; ++segment)
    result.medians.push_back(selection.quantile(segment, kMedian.front()));
  for (const double probability : probabilities) result.whole.push_back(selection.quantile(whole, probability));
  return result;
}

}  // namespace tessera::insight
