#include "insight/affinity/share_table.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "core/special_numbers.hpp"
#include "insight/numbers/moments_by_segment.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

namespace {

using Cell = ShareTable::Cell;

/// Accounts by segment, part and code below `n_codes`. Collective.
std::vector<std::int64_t> count_codes(const parallel::Communicator& comm, const std::vector<std::int32_t>& codes,
                                      std::size_t n_codes, const Parts& parts, const Membership& members) {
  std::vector<std::int64_t> counts(members.table_size() * parts.n * n_codes, 0);
#pragma omp parallel if (codes.size() > 16384)
  {
    std::vector<std::int64_t> mine(counts.size(), 0);
#pragma omp for schedule(static) nowait
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const std::int32_t part = parts.codes == nullptr ? 0 : (*parts.codes)[i];
      if (codes[i] < 0 || part < 0) continue;
      members.for_each_segment(i, [&](std::size_t segment) {
        if (segment < parts.end || segment + 1 == members.table_size())
          ++mine[(segment * parts.n + static_cast<std::size_t>(part)) * n_codes + static_cast<std::size_t>(codes[i])];
      });
    }
#pragma omp critical(tessera_merge_choice_counts)
    std::ranges::transform(counts, mine, counts.begin(), std::plus{});
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span(counts));
  return counts;
}

/// The places of the largest weights, the largest first, at most kMostChoices; ties to the lower place.
template <class T>
std::vector<std::size_t> largest(const std::vector<T>& weights) {
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t place) { return !(weights[place] > T{0}); });
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t place) { return weights[place]; });
  order.resize(std::min(order.size(), kMostChoices));
  return order;
}

std::vector<std::int64_t> count_whole(const parallel::Communicator& comm, const Choices& choices) {
  std::vector<std::int64_t> counts(choices.labels.size(), 0);
  for (const std::int32_t code : choices.codes)
    if (code >= 0) ++counts[static_cast<std::size_t>(code)];
  comm.all_reduce<parallel::Reduce::kSum>(std::span(counts));
  return counts;
}

ShareTable table_of_codes(const parallel::Communicator& comm, const Choices& choices, const Parts& parts,
                          const Membership& members) {
  const std::vector<std::size_t> order = largest(count_whole(comm, choices));
  ShareTable table;
  table.n_parts = parts.n;
  // One code more for all choices that are not told: who made one is known all the same.
  std::vector<std::int32_t> place(choices.labels.size(), static_cast<std::int32_t>(order.size()));
  for (const std::size_t code : order) {
    place[code] = static_cast<std::int32_t>(table.labels.size());
    table.labels.push_back(choices.labels[code]);
  }
  std::vector<std::int32_t> codes(choices.codes.size());
  std::ranges::transform(choices.codes, codes.begin(),
                         [&](std::int32_t code) { return code < 0 ? -1 : place[static_cast<std::size_t>(code)]; });
  const std::size_t n_codes = order.size() + 1;
  const std::vector<std::int64_t> counts = count_codes(comm, codes, n_codes, parts, members);
  for (std::size_t cell = 0; cell < members.table_size() * parts.n; ++cell) {
    const auto mine = std::span(counts).subspan(cell * n_codes, n_codes);
    const std::int64_t known = std::accumulate(mine.begin(), mine.end(), std::int64_t{0});
    for (const std::int64_t count : mine.first(order.size()))
      table.cells.push_back({count, known, known == 0 ? kNaN : static_cast<double>(count) / static_cast<double>(known),
                             statistics::wilson_interval(count, known)});
  }
  return table;
}

/// Moments of shares by segment and part, the whole last; nothing for segments from parts.end on. Collective.
std::vector<parallel::Moments> moments_by_part(const parallel::Communicator& comm, const std::vector<double>& shares,
                                               const Parts& parts, const Membership& members) {
  if (parts.codes == nullptr) return moments_by_segment(comm, shares, members);
  std::vector<parallel::Moments> moments(members.table_size() * parts.n);
  const auto n_parts = static_cast<std::int32_t>(parts.n);
  for (const LevelMembers& level : members.levels) {
    if (static_cast<std::size_t>(level.first) >= parts.end) continue;
    std::vector<std::int32_t> groups(shares.size(), -1);
    for (std::size_t i = 0; i < groups.size(); ++i)
      if (level.place[i] >= 0 && (*parts.codes)[i] >= 0) groups[i] = level.place[i] * n_parts + (*parts.codes)[i];
    std::ranges::copy(parallel::grouped_moments(comm, shares, groups, level.n_segments * n_parts),
                      moments.begin() + level.first * n_parts);
  }
  std::ranges::copy(parallel::grouped_moments(comm, shares, *parts.codes, n_parts), moments.end() - n_parts);
  return moments;
}

Cell cell_of(const parallel::Moments& moments, std::int64_t count) {
  Cell cell{count, moments.count, kNaN, {kNaN, kNaN}};
  if (moments.count == 0) return cell;
  cell.share = moments.mean;
  const auto [low, high] = statistics::mean_interval(moments.mean, moments.squares, moments.count);
  if (!std::isnan(low)) cell.interval = {std::max(0.0, low), std::min(1.0, high)};
  return cell;
}

ShareTable table_of_shares(const parallel::Communicator& comm, const Choices& choices, const Parts& parts,
                           const Membership& members) {
  std::vector<std::vector<parallel::Moments>> moments;
  std::vector<double> whole;
  moments.reserve(choices.shares.size());
  whole.reserve(choices.shares.size());
  for (const std::vector<double>& shares : choices.shares) {
    moments.push_back(moments_by_part(comm, shares, parts, members));
    whole.push_back(parallel::grouped_moments(comm, shares, {}, 1).front().mean);
  }
  const std::vector<std::size_t> order = largest(whole);
  ShareTable table;
  table.n_parts = parts.n;
  table.cells.resize(members.table_size() * parts.n * order.size());
  for (std::size_t label = 0; label < order.size(); ++label) {
    table.labels.push_back(choices.labels[order[label]]);
    const std::vector<double>& shares = choices.shares[order[label]];
    std::vector<std::int32_t> any(shares.size());
    std::ranges::transform(shares, any.begin(), [](double share) { return share > 0.0 ? 0 : -1; });
    const std::vector<std::int64_t> counts = count_codes(comm, any, 1, parts, members);
    for (std::size_t cell = 0; cell < counts.size(); ++cell)
      table.cells[cell * order.size() + label] = cell_of(moments[order[label]][cell], counts[cell]);
  }
  return table;
}

}  // namespace

ShareTable share_table(const parallel::Communicator& comm, const Choices& choices, const Parts& parts,
                       const Membership& members) {
  return choices.shares.empty() ? table_of_codes(comm, choices, parts, members)
                                : table_of_shares(comm, choices, parts, members);
}

}  // namespace tessera::insight
