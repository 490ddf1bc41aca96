#include "kmeans/moves.hpp"

#include <algorithm>
#include <utility>

#include "kmeans/survey.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace {

constexpr int kTriesPerPatience = 8;

/// An iteration is given up once it would take this many falls as large as its last to get below the best. Lloyd's
/// falls shrink from update to update, mostly by a tenth or more.
constexpr double kHopeInFalls = 20.0;

/// The pair of a dispensable centroid and a far account that is tried `tried`-th: along the diagonals, so that those
/// with the least places in both orders come first.
std::pair<std::size_t, std::size_t> pair_at(std::size_t tried) {
  std::size_t diagonal = 0;
  while (tried > diagonal) tried -= ++diagonal;
  return {tried, diagonal - tried};
}

/// Multiply-adds of all tries together, if each took one update, that nobody would notice.
constexpr double kUnnoticed = 1 << 28;
constexpr double kMostPatience = 200;
constexpr double kLeastPatience = 10, kLeastPatiencePerStart = 2;

class Swaps {
 public:
  Swaps(const Context& context, const lloyd::Population& population, const lloyd::LloydOptions& options,
        const lloyd::IterationReport& report, lloyd::Fixpoint& best)
      : context_(context), population_(population), options_(options), report_(report), best_(best) {}

  /// As far as anybody lets it be tried.
  enum class Outcome { kGained, kInVain, kInterrupted };
  Outcome attempt(int cluster, const std::vector<float>& account) {
    std::vector<double> centroids = best_.centroids;
    std::copy(account.begin(), account.end(),
              centroids.begin() + static_cast<std::ptrdiff_t>(cluster) * population_.tiles.d());
    const double goal = lloyd::inertia_value(best_.inertia);
    double last = 0.0;
    bool given_up = false, stop_here = false;
    const auto watch = [&](int iteration, double inertia) {
      if (report_ && report_(iteration, inertia)) stop_here = true;
      given_up = given_up || (iteration > 1 && inertia - goal > kHopeInFalls * (last - inertia));
      last = inertia;
      return given_up || stop_here;
    };
    lloyd::Fixpoint swapped = lloyd::iterate(context_, population_, std::move(centroids), options_, watch);
    // All ranks give up at the same update. One that wishes to stop may have ended it before.
    if (swapped.stopped && context_.comm.all_reduce<parallel::Reduce::kMax>(std::int32_t{stop_here}) != 0)
      return Outcome::kInterrupted;
    if (swapped.inertia >= best_.inertia) return Outcome::kInVain;
    adopt(std::move(swapped), goal);
    return Outcome::kGained;
  }

 private:
  void adopt(lloyd::Fixpoint swapped, double goal) {
    best_.k = swapped.k;
    best_.centroids = std::move(swapped.centroids);
    best_.inertia = swapped.inertia;
    for (const double inertia : swapped.inertia_by_iteration)
      if (inertia < goal) best_.inertia_by_iteration.push_back(inertia);
    best_.iterations = static_cast<int>(best_.inertia_by_iteration.size());
  }

  const Context& context_;
  const lloyd::Population& population_;
  const lloyd::LloydOptions& options_;
  const lloyd::IterationReport& report_;
  lloyd::Fixpoint& best_;
};

}  // namespace

bool improve_by_swaps(const Context& context, const lloyd::Population& population, const SwapOptions& options,
                      const lloyd::IterationReport& report, lloyd::Fixpoint& best, KmeansState::Swaps& at) {
  Swaps swaps(context, population, options.lloyd, report, best);
  while (best.k > 1 && best.inertia > 0) {
    const Survey found = survey(context, population, best.k, best.centroids, lloyd::inertia_value(best.inertia),
                                static_cast<std::size_t>(options.patience), options.seed, at.survey);
    const std::size_t clusters = found.dispensable.size(), accounts = found.far_accounts.size();
    bool gained = false;
    for (; at.in_vain < options.patience && !gained; ++at.pair) {
      const auto [cluster, account] = pair_at(at.pair);
      if (cluster >= clusters && account >= accounts) return true;
      if (cluster >= clusters || account >= accounts) continue;
      if (at.tries_left == 0) return true;
      const Swaps::Outcome outcome = swaps.attempt(found.dispensable[cluster], found.far_accounts[account]);
      if (outcome == Swaps::Outcome::kInterrupted) return false;
      gained = outcome == Swaps::Outcome::kGained;
      --at.tries_left;
      ++at.in_vain;
    }
    if (!gained) return true;
    at.pair = 0;
    at.in_vain = 0;
    ++at.survey;
  }
  return true;
}

int most_tries(const SwapOptions& options) noexcept {
  return kTriesPerPatience * options.patience;
}

SwapEffort swap_effort(const lloyd::Population& population, int k, int starts) noexcept {
  const double update = static_cast<double>(population.n_global) * k * population.tiles.d();
  const double unnoticed = kUnnoticed / std::max(update, 1.0);
  const double patience =
      std::max(std::min(unnoticed, kMostPatience), kLeastPatience + kLeastPatiencePerStart * starts);
  return {static_cast<int>(patience), std::clamp(static_cast<int>(std::min(unnoticed / patience, 1e4)), 1, starts)};
}

}  // namespace tessera
