#include "evolve/assignment.hpp"

#include <deque>
#include <limits>
#include <tuple>
#include <utility>

namespace tessera::evolve {

namespace {

constexpr std::int64_t kUnreached = std::numeric_limits<std::int64_t>::min();

std::size_t index(std::int32_t row) {
  return static_cast<std::size_t>(row);
}

struct Edge {
  std::int32_t to = 0;
  std::int64_t accounts = 0;
};

/// A matching that grows by one `from` at a time.
class Matching {
 public:
  Matching(std::int32_t n_from, std::int32_t n_to, std::span<const Overlap> overlaps)
      : edges_(index(n_from)),
        to_of_(index(n_from), -1),
        from_of_(index(n_to), -1),
        accounts_of_(index(n_to), 0),
        gain_(index(n_to), kUnreached),
        came_from_(index(n_to), -1) {
    for (const Overlap& one : overlaps) edges_[index(one.from)].push_back({one.to, one.accounts});
  }

  void take_in(std::int32_t from) {
    reach_all(from);
    const std::int32_t end = best_end();
    if (end >= 0) turn_over(from, end);
    for (const std::int32_t to : reached_) gain_[index(to)] = kUnreached;
    reached_.clear();
  }
  [[nodiscard]] std::vector<std::int32_t> result() && { return std::move(to_of_); }

 private:
  /// What an alternating path gains that ends in `to`: the partner of a `to` that is taken is left without.
  [[nodiscard]] std::int64_t gain_of_end(std::int32_t to) const {
    return gain_[index(to)] - (from_of_[index(to)] < 0 ? 0 : accounts_of_[index(to)]);
  }

  /// Follows every alternating path from `from`, and keeps for each `to` the most that one gains on its way there. As
  /// what is matched is optimal, no circle gains anything, so this ends.
  void reach_all(std::int32_t from) {
    std::deque<std::pair<std::int32_t, std::int64_t>> open{{from, 0}};
    while (!open.empty()) {
      const auto [at, gain_so_far] = open.front();
      open.pop_front();
      for (const Edge& edge : edges_[index(at)]) {
        const std::int64_t gain = gain_so_far + edge.accounts;
        std::int64_t& known = gain_[index(edge.to)];
        if (edge.to == to_of_[index(at)] || gain <= known) continue;
        if (known == kUnreached) reached_.push_back(edge.to);
        known = gain;
        came_from_[index(edge.to)] = at;
        if (const std::int32_t partner = from_of_[index(edge.to)]; partner >= 0)
          open.emplace_back(partner, gain - accounts_of_[index(edge.to)]);
      }
    }
  }

  /// The best `to` to end with, one that is free before one whose partner would be left without; −1: none gains.
  [[nodiscard]] std::int32_t best_end() const {
    const auto rank = [&](std::int32_t to) { return std::tuple(gain_of_end(to), from_of_[index(to)] < 0, -to); };
    std::int32_t best = -1;
    for (const std::int32_t to : reached_)
      if (gain_of_end(to) > 0 && (best < 0 || rank(to) > rank(best))) best = to;
    return best;
  }

  void turn_over(std::int32_t start, std::int32_t to) {
    if (const std::int32_t partner = from_of_[index(to)]; partner >= 0) to_of_[index(partner)] = -1;
    for (std::int32_t from = -1; from != start;) {
      from = came_from_[index(to)];
      const std::int32_t before = to_of_[index(from)];
      to_of_[index(from)] = to;
      from_of_[index(to)] = from;
      for (const Edge& edge : edges_[index(from)])
        if (edge.to == to) accounts_of_[index(to)] = edge.accounts;
      to = before;
    }
  }

  std::vector<std::vector<Edge>> edges_;  ///< by from
  std::vector<std::int32_t> to_of_, from_of_;
  std::vector<std::int64_t> accounts_of_;  ///< by to: of the pair that it is in
  std::vector<std::int64_t> gain_;         ///< by to
  std::vector<std::int32_t> came_from_;    ///< by to: the from before it on the best path
  std::vector<std::int32_t> reached_;      ///< every to with a gain
};

}  // namespace

std::vector<std::int32_t> best_assignment(std::int32_t n_from, std::int32_t n_to, std::span<const Overlap> overlaps) {
  Matching matching(n_from, n_to, overlaps);
  for (std::int32_t from = 0; from < n_from; ++from) matching.take_in(from);
  return std::move(matching).result();
}

}  // namespace tessera::evolve
