#include "bounded_step.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/nearest_two.hpp"
#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"
#include "placed_accounts.hpp"

namespace tessera {
namespace {

constexpr int kSteps = 64;
using CentroidsByGroup = std::vector<std::vector<double>>;

/// Tonight's centroids in the groups of last night's.
CentroidsByGroup grouped(const CoreSegments& cores, std::size_t n_groups, std::size_t d) {
  CentroidsByGroup groups(n_groups);
  const std::vector<double>& all = cores.clustering.centroids;
  for (std::size_t c = 0; c < cores.macro_of_core.size(); ++c) {
    const std::int32_t macro = cores.macro_of_core[c];
    std::vector<double>& group = groups[macro < 0 ? 0 : static_cast<std::size_t>(macro)];
    const auto row = all.begin() + static_cast<std::ptrdiff_t>(c * d);
    group.insert(group.end(), row, row + static_cast<std::ptrdiff_t>(d));
  }
  return groups;
}

/// Groups that are new tonight take no part; of those that have other centroids in number nothing tells which is which,
/// and last night's stay. Whether there is one of these, with accounts in it.
bool leave_others_out(const CentroidsByGroup& from, CentroidsByGroup& to) {
  bool has_others = false;
  for (std::size_t g = 0; g < from.size(); ++g) {
    if (to[g].size() == from[g].size()) continue;
    has_others = has_others || (!from[g].empty() && !to[g].empty());
    to[g] = from[g];
  }
  return has_others;
}

/// The centroids of all groups end to end, and where each group's are.
struct Laid {
  std::vector<double> centroids;
  std::vector<CoreRange> ranges;
};

Laid lay(const CentroidsByGroup& groups, std::size_t d) {
  Laid laid;
  for (const std::vector<double>& group : groups) {
    const auto begin = static_cast<std::int32_t>(laid.centroids.size() / d);
    laid.centroids.insert(laid.centroids.end(), group.begin(), group.end());
    laid.ranges.push_back({begin, static_cast<std::int32_t>(laid.centroids.size() / d)});
  }
  return laid;
}

CentroidsByGroup between(const CentroidsByGroup& from, const CentroidsByGroup& to, int step) {
  if (step == kSteps) return to;
  CentroidsByGroup result = from;
  const double share = static_cast<double>(step) / kSteps;
  for (std::size_t g = 0; g < from.size(); ++g)
    for (std::size_t i = 0; i < from[g].size(); ++i) result[g][i] += share * (to[g][i] - from[g][i]);
  return result;
}

/// Counts accounts of both nights that are nearest to another centroid than to last night's.
class Movers {
 public:
  Movers(const Context& context, const Prepared& prepared, const MacroSegments& macros,
         std::span<const std::uint8_t> was_there, const CentroidsByGroup& from)
      : context_(context), prepared_(prepared), macros_(macros), was_there_(was_there), before_(nearest(from)) {}

  [[nodiscard]] std::int64_t count(const CentroidsByGroup& centroids) const {
    const std::vector<std::int32_t> now = nearest(centroids);
    std::int64_t moved = 0;
    for (std::size_t i = 0; i < now.size(); ++i) moved += is_of_both(i) && now[i] != before_[i] ? 1 : 0;
    return context_.comm.all_reduce<parallel::Reduce::kSum>(moved);
  }
  [[nodiscard]] std::int64_t of_both() const {
    std::int64_t mine = 0;
    for (std::size_t i = 0; i < before_.size(); ++i) mine += is_of_both(i) ? 1 : 0;
    return context_.comm.all_reduce<parallel::Reduce::kSum>(mine);
  }

 private:
  /// In a macro segment that was there, too.
  [[nodiscard]] bool is_of_both(std::size_t i) const { return before_[i] >= 0 && was_there_[prepared_.rows[i]] != 0; }

  [[nodiscard]] std::vector<std::int32_t> nearest(const CentroidsByGroup& groups) const {
    const Laid laid = lay(groups, prepared_.encoding.features.size());
    if (groups.size() == 1 && macros_.of_account.empty())
      return nearest_two_cores(prepared_.tiles, laid.centroids, laid.ranges.front().end, context_.threads).nearest;
    std::vector<CoreRange> among;
    for (const std::uint32_t row : prepared_.rows)
      among.push_back(laid.ranges[groups.size() == 1 ? 0 : static_cast<std::size_t>(macros_.of_account[row])]);
    return nearest_two_within(prepared_.tiles, laid.centroids, among, context_.threads).nearest;
  }

  const Context& context_;
  const Prepared& prepared_;
  const MacroSegments& macros_;
  std::span<const std::uint8_t> was_there_;
  std::vector<std::int32_t> before_;
};

}  // namespace

CoreStart start_of_cores(const StoredModel& model, const MacroSegments& macros) {
  const std::vector<double> centroids = model.grid_centroids();
  if (model.spec.scope == Scope::kAll) return {.centroids = {centroids}};
  const auto d = static_cast<std::ptrdiff_t>(model.encoding.d());
  const std::vector<CoreRange> ranges = cores_by_macro(model);
  CoreStart start;
  for (const std::int32_t row : stored_macros(macros, model)) {
    const CoreRange range = row < 0 ? CoreRange{} : ranges[static_cast<std::size_t>(row)];
    start.centroids.emplace_back(centroids.begin() + range.begin * d, centroids.begin() + range.end * d);
  }
  return start;
}

BoundedStep bounded_step(const Context& context, const Prepared& prepared, const CoreSegments& cores,
                         const StoredModel& model, const MacroSegments& macros, std::span<const std::uint8_t> was_there,
                         double most) {
  const CentroidsByGroup from = start_of_cores(model, macros).centroids;
  CentroidsByGroup to = grouped(cores, from.size(), prepared.encoding.features.size());
  const bool has_others = leave_others_out(from, to);
  const Movers movers(context, prepared, macros, was_there, from);
  const std::int64_t allowed = most_of(most, movers.of_both());
  int good = 0, bad = kSteps + 1, step = kSteps;  // all the way is tried first
  std::int64_t moved = 0;
  while (bad - good > 1) {
    const std::int64_t now = movers.count(between(from, to, step));
    if (now <= allowed) {
      good = step;
      moved = now;
    } else {
      bad = step;
    }
    step = (good + bad) / 2;
  }
  return {static_cast<double>(good) / kSteps, good == kSteps && !has_others, has_others, moved,
          between(from, to, good)};
}

std::int64_t most_of(double share, std::int64_t of_both) {
  return static_cast<std::int64_t>(std::floor(share * static_cast<double>(of_both)));
}

RefitMoves moved_by_refit(const Context& context, const Prepared& prepared, const CoreSegments& cores,
                          const StoredModels& night, const StoredModel& model, const AccountTable& accounts,
                          std::span<const std::uint8_t> was_there) {
  const PlacedAccounts placed = place_accounts(context, night, model, accounts);
  const auto k = static_cast<std::size_t>(cores.clustering.k);
  std::vector<std::int64_t> shared(static_cast<std::size_t>(model.k) * k, 0);
  for (std::size_t i = 0; i < prepared.rows.size(); ++i) {
    const std::int32_t last = placed.assignment.core[prepared.rows[i]] - model.first_core;
    if (last < 0 || was_there[prepared.rows[i]] == 0) continue;
    ++shared[static_cast<std::size_t>(last) * k + static_cast<std::size_t>(cores.clustering.nearest[i])];
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(shared));
  RefitMoves moves;
  for (const std::int64_t accounts_of_pair : shared) moves.of_both += accounts_of_pair;
  moves.moved = moves.of_both;
  for (auto most = std::ranges::max_element(shared); most != shared.end() && *most > 0;
       most = std::ranges::max_element(shared)) {
    moves.moved -= *most;
    const auto pair = static_cast<std::size_t>(most - shared.begin());
    for (std::size_t other = 0; other < k; ++other) shared[pair / k * k + other] = 0;
    for (std::size_t other = pair % k; other < shared.size(); other += k) shared[other] = 0;
  }
  return moves;
}

double inertia_of(const Context& context, const Prepared& prepared, const Clustering& clustering) {
  const auto d = static_cast<std::size_t>(clustering.d);
  ExactSum sum;
  for (std::size_t i = 0; i < clustering.nearest.size(); ++i) {
    const double* centroid = clustering.centroids.data() + static_cast<std::size_t>(clustering.nearest[i]) * d;
    double squares = 0.0;
    for (std::size_t f = 0; f < d; ++f) {
      const double apart = static_cast<double>(prepared.tiles.at(i, static_cast<int>(f))) - centroid[f];
      squares += apart * apart;
    }
    sum.add(squares);
  }
  return parallel::all_sum(context.comm, sum);
}

}  // namespace tessera
