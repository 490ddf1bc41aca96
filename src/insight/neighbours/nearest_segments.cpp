#include "insight/neighbours/nearest_segments.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "parallel/communicator.hpp"

namespace tessera::insight {

namespace {

/// Accounts by their segment of the level and their next best one; empty where the next best are of another level.
std::vector<std::int64_t> next_best_counts(const Context& context, const LevelMembers& level,
                                           std::span<const std::int32_t> next_best) {
  const auto n = static_cast<std::size_t>(level.n_segments);
  std::vector<std::int64_t> counts(n * n, 0);
  for (std::size_t i = 0; i < next_best.size(); ++i) {
    const std::int32_t other = next_best[i] - level.first;
    if (level.place[i] < 0 || next_best[i] < 0 || other < 0 || other >= level.n_segments) continue;
    ++counts[static_cast<std::size_t>(level.place[i]) * n + static_cast<std::size_t>(other)];
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span(counts));
  return counts;
}

std::vector<Neighbour> neighbours_of(const LevelMembers& level, std::int32_t mine, const SegmentCentres& centres,
                                     std::span<const std::int64_t> counts, double unit) {
  std::vector<Neighbour> found;
  const auto row = [&](std::int32_t place) {
    return static_cast<std::size_t>(level.first) + static_cast<std::size_t>(place);
  };
  if (centres.accounts[row(mine)] == 0) return found;
  for (std::int32_t other = 0; other < level.n_segments; ++other) {
    if (other == mine || centres.accounts[row(other)] == 0) continue;
    const double squared = squared_distance(centres.of(row(mine)), centres.of(row(other)));
    const auto cell =
        static_cast<std::size_t>(mine) * static_cast<std::size_t>(level.n_segments) + static_cast<std::size_t>(other);
    found.push_back({level.first + mine, level.first + other, 1, counts[cell], std::sqrt(squared) * unit, ""});
  }
  const auto order = [](const Neighbour& n) { return std::tuple(-n.accounts, n.distance, n.neighbour); };
  std::ranges::sort(found, {}, order);
  found.resize(std::min(found.size(), kNeighbours));
  for (std::size_t i = 0; i < found.size(); ++i) found[i].rank = static_cast<std::int32_t>(i) + 1;
  return found;
}

}  // namespace

std::vector<Neighbour> nearest_segments(const Context& context, const Membership& members,
                                        const SegmentCentres& centres, std::span<const std::int32_t> next_best,
                                        double unit) {
  std::vector<Neighbour> neighbours;
  for (const LevelMembers& level : members.levels) {
    if (level.n_segments > kMostNeighbourly) continue;
    const std::vector<std::int64_t> counts = next_best_counts(context, level, next_best);
    for (std::int32_t place = 0; place < level.n_segments; ++place) {
      const std::vector<Neighbour> mine = neighbours_of(level, place, centres, counts, unit);
      neighbours.insert(neighbours.end(), mine.begin(), mine.end());
    }
  }
  return neighbours;
}

}  // namespace tessera::insight
