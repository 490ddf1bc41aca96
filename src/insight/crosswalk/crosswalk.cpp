#include "tessera/crosswalk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string_view>
#include <tuple>

#include "insight/cells.hpp"
#include "insight/membership.hpp"
#include "parallel/communicator.hpp"

namespace tessera {

namespace {

using insight::LevelMembers;
using insight::Membership;

/// Accounts by segment (the whole last) and by segment of today (those in none last).
struct Contingency {
  std::size_t n_existing = 0;
  std::vector<std::int64_t> counts;

  [[nodiscard]] std::int64_t at(std::size_t segment, std::size_t existing) const {
    return counts[segment * n_existing + existing];
  }
  [[nodiscard]] std::int64_t in_segment(std::size_t segment) const {
    std::int64_t accounts = 0;
    for (std::size_t e = 0; e < n_existing; ++e) accounts += at(segment, e);
    return accounts;
  }
};

Contingency contingency(const Context& context, const CategoryColumn& column, const Membership& members) {
  Contingency table{column.categories.size() + 1, {}};
  table.counts.assign(members.table_size() * table.n_existing, 0);
  for (std::size_t i = 0; i < members.rows.size(); ++i) {
    const std::int32_t code = column.codes[members.rows[i]];
    const std::size_t existing = code < 0 ? column.categories.size() : static_cast<std::size_t>(code);
    members.for_each_segment(i, [&](std::size_t segment) { ++table.counts[segment * table.n_existing + existing]; });
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span(table.counts));
  return table;
}

double pairs_among(std::int64_t accounts) noexcept {
  return 0.5 * static_cast<double>(accounts) * static_cast<double>(accounts - 1);
}

Crosswalk::Agreement agreement_of(const Contingency& table, const LevelMembers& level, Level name) {
  const std::size_t known = table.n_existing - 1;
  std::vector<std::int64_t> of_existing(known, 0);
  Crosswalk::Agreement agreement{name, 0, std::numeric_limits<double>::quiet_NaN()};
  double both = 0.0, in_ours = 0.0, in_theirs = 0.0;
  for (std::int32_t place = 0; place < level.n_segments; ++place) {
    std::int64_t of_segment = 0;
    for (std::size_t e = 0; e < known; ++e) {
      const std::int64_t accounts =
          table.at(static_cast<std::size_t>(level.first) + static_cast<std::size_t>(place), e);
      both += pairs_among(accounts);
      of_segment += accounts;
      of_existing[e] += accounts;
    }
    in_ours += pairs_among(of_segment);
    agreement.accounts += of_segment;
  }
  for (const std::int64_t accounts : of_existing) in_theirs += pairs_among(accounts);
  if (agreement.accounts < 2) return agreement;
  const double by_chance = in_ours * in_theirs / pairs_among(agreement.accounts);
  const double most = 0.5 * (in_ours + in_theirs);
  // Both put all accounts together, or each by itself.
  agreement.adjusted_rand = most == by_chance ? 1.0 : (both - by_chance) / (most - by_chance);
  return agreement;
}

std::vector<Crosswalk::Pair> pairs_of(const Contingency& table, const CategoryColumn& column,
                                      const Membership& members) {
  std::vector<Crosswalk::Pair> pairs;
  const auto whole = static_cast<std::size_t>(members.whole());
  for (std::size_t segment = 0; segment < whole; ++segment) {
    const std::int64_t in_segment = table.in_segment(segment);
    for (std::size_t e = 0; e < table.n_existing; ++e) {
      const std::int64_t accounts = table.at(segment, e);
      if (accounts == 0) continue;
      const std::int64_t in_existing = table.at(whole, e);
      const auto share = [&](std::int64_t of) { return static_cast<double>(accounts) / static_cast<double>(of); };
      pairs.push_back({e < column.categories.size() ? column.categories[e] : "", static_cast<std::int32_t>(segment),
                       accounts, share(in_existing), share(in_segment), share(in_existing + in_segment - accounts)});
    }
  }
  std::ranges::stable_sort(pairs, [](const auto& a, const auto& b) {
    return std::tie(a.segment, a.existing) < std::tie(b.segment, b.existing);
  });
  return pairs;
}

}  // namespace

Crosswalk crosswalk(const Context& context, const AccountTable& accounts, const ColumnRef& existing,
                    std::span<const std::uint32_t> rows, const std::vector<SegmentSeed>& seeds,
                    const SegmentAssignment& assignment) {
  constexpr std::size_t kMostExisting = 1000;
  constexpr std::array kCategory{ColumnType::kCategory};
  const auto& column = std::get<CategoryColumn>(insight::column_of(accounts, existing, "existing", kCategory).data);
  if (column.categories.size() > kMostExisting) {
    context.journal.warn(
        fmt::format("existing: \"{}\" has {} different values, more than {}: these are no segments, and there is no "
                    "crosswalk; name the column that holds the segments of today",
                    existing.text, column.categories.size(), kMostExisting));
    return {};
  }
  const Membership members = insight::membership(rows, seeds, assignment);
  const Contingency table = contingency(context, column, members);
  Crosswalk result;
  result.pairs = pairs_of(table, column, members);
  for (const LevelMembers& level : members.levels)
    result.agreement.push_back(agreement_of(table, level, seeds[static_cast<std::size_t>(level.first)].level));
  return result;
}

void inherit_names(const Crosswalk& crosswalk, std::vector<SegmentSeed>& seeds) {
  constexpr double kHalf = 0.5;
  std::set<std::string> taken;
  for (const SegmentSeed& seed : seeds) taken.insert(seed.name);
  std::vector<Crosswalk::Pair> alike;
  const auto level_of = [&](const Crosswalk::Pair& pair) {
    return seeds[static_cast<std::size_t>(pair.segment)].level;
  };
  std::ranges::copy_if(crosswalk.pairs, std::back_inserter(alike), [&](const Crosswalk::Pair& pair) {
    return pair.likeness >= kHalf && !pair.existing.empty() && level_of(pair) != Level::kMacro;
  });
  std::ranges::stable_sort(alike, [&](const auto& a, const auto& b) {
    return level_of(a) != level_of(b) ? level_of(a) < level_of(b) : a.likeness > b.likeness;
  });
  for (const Crosswalk::Pair& pair : alike) {
    SegmentSeed& seed = seeds[static_cast<std::size_t>(pair.segment)];
    if (seed.name.empty() && taken.insert(pair.existing).second) seed.name = pair.existing;
  }
}

}  // namespace tessera
