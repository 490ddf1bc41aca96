#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "core/exact_sum.hpp"
#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"
#include "tessera/evolve.hpp"

namespace tessera {

namespace {

/// Two segments of one level, by row.
struct Pair {
  Level level = Level::kCore;
  std::int32_t from = -1, to = -1;
  friend bool operator<(const Pair& a, const Pair& b) noexcept {
    return std::tie(a.level, a.from, a.to) < std::tie(b.level, b.from, b.to);
  }
  friend bool operator==(const Pair&, const Pair&) = default;
};

struct Tally {
  std::int64_t accounts = 0;
  ExactSum value;
  void add(double worth) {
    ++accounts;
    if (std::isfinite(worth)) value.add(worth);
  }
};

using Tallies = std::map<Pair, Tally>;

struct LevelRows {
  Level level;
  std::vector<std::int32_t> SegmentAssignment::*rows;
};
constexpr std::array<LevelRows, 3> kLevels = {{{Level::kMacro, &SegmentAssignment::macro},
                                               {Level::kCore, &SegmentAssignment::core},
                                               {Level::kMicro, &SegmentAssignment::micro}}};

/// Of this rank's accounts.
Tallies count_here(const LastSegmentation& last, const SegmentAssignment& tonight, std::span<const double> values) {
  Tallies tallies;
  for (const LevelRows& one : kLevels) {
    const std::vector<std::int32_t>& from = last.assignment.*one.rows;
    const std::vector<std::int32_t>& to = tonight.*one.rows;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const Pair pair{one.level, from[i], to.empty() ? -1 : to[i]};
      if (pair.from >= 0 || pair.to >= 0) tallies[pair].add(values.empty() ? 0.0 : values[i]);
    }
  }
  return tallies;
}

/// Collective. The pairs of all ranks, each once, in order.
std::vector<Pair> all_pairs(const parallel::Communicator& comm, const Tallies& mine) {
  std::vector<Pair> pairs;
  for (const auto& [pair, tally] : mine) pairs.push_back(pair);
  pairs = comm.all_gather_varied(std::span<const Pair>(pairs));
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

/// Accounts that are not there tonight: the first of their segment's row whose `to` is nowhere, or a row of its own.
void add_gone(const LastSegmentation& last, std::vector<Migration>& migration) {
  for (std::size_t row = 0; row < last.segments.size(); ++row) {
    if (last.gone_accounts[row] == 0) continue;
    Migration gone{last.segments[row].level, static_cast<std::int32_t>(row), -1, last.gone_accounts[row],
                   last.gone_value[row]};
    const auto found = std::ranges::find_if(migration, [&](const Migration& one) {
      return one.level == gone.level && one.from == gone.from && one.to == -1;
    });
    if (found == migration.end()) {
      migration.push_back(gone);
    } else {
      found->accounts += gone.accounts;
      found->value += gone.value;
    }
  }
  std::ranges::sort(migration, {}, [](const Migration& one) { return std::tuple(one.level, one.from, one.to); });
}

}  // namespace

std::vector<Migration> count_migration(const Context& context, const LastSegmentation& last,
                                       const SegmentAssignment& tonight, std::span<const double> values) {
  constexpr std::size_t kAtATime = 4096;  // exact sums are half a kilobyte each
  const Tallies mine = count_here(last, tonight, values);
  const std::vector<Pair> pairs = all_pairs(context.comm, mine);
  std::vector<Migration> migration;
  for (std::size_t first = 0; first < pairs.size(); first += kAtATime) {
    const std::size_t n = std::min(kAtATime, pairs.size() - first);
    std::vector<std::int64_t> accounts(n, 0);
    std::vector<ExactSum> sums(n);
    for (std::size_t i = 0; i < n; ++i)
      if (const auto found = mine.find(pairs[first + i]); found != mine.end()) {
        accounts[i] = found->second.accounts;
        sums[i] = found->second.value;
      }
    context.comm.all_reduce<parallel::Reduce::kSum>(std::span(accounts));
    parallel::all_sum(context.comm, std::span(sums));
    for (std::size_t i = 0; i < n; ++i) {
      const Pair& pair = pairs[first + i];
      migration.push_back({pair.level, pair.from, pair.to, accounts[i], sums[i].value()});
    }
  }
  add_gone(last, migration);
  return migration;
}

}  // namespace tessera
