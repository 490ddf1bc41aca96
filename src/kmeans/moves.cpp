#include "kmeans/moves.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kmeans/start_point.hpp"
#include "kmeans/survey.hpp"

namespace tessera {
namespace {

constexpr int kTriesPerPatience = 8;

/// An iteration is given up once it would take this many falls as large as its last to get below the best. Lloyd's
/// falls shrink from update to update, mostly by a tenth or more.
constexpr double kHopeInFalls = 20.0;

/// Whether an iteration was given up by now: a function of its course alone, so that all ranks give up together, and a
/// resumed one where it would have been.
bool is_hopeless(std::span<const double> inertia, double goal) {
  for (std::size_t i = 1; i < inertia.size(); ++i)
    if (inertia[i] - goal > kHopeInFalls * (inertia[i - 1] - inertia[i])) return true;
  return false;
}

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

  /// As far as anybody lets it be tried. An interrupted try goes on from `trial`, and is kept there.
  enum class Outcome { kGained, kInVain, kInterrupted };
  Outcome attempt(int cluster, const std::vector<float>& account, std::optional<KmeansState::Start>& trial) {
    const double goal = lloyd::inertia_value(best_.inertia);
    std::vector<double> seen;
    if (trial) seen = trial->inertia_by_iteration;
    const auto watch = [&](int iteration, double inertia) {
      const bool wishes_to_stop = report_ && report_(iteration, inertia);
      seen.push_back(inertia);
      return wishes_to_stop || is_hopeless(seen, goal);
    };
    lloyd::LloydOptions options = options_;
    // A stop is agreed on with the update after: of what is given up, that one is made.
    if (is_hopeless(seen, goal)) options.max_iterations = std::min(options.max_iterations, trial->iterations + 1);
    lloyd::Fixpoint swapped = trial ? lloyd::go_on(context_, population_, fixpoint_of(*trial), options, watch)
                                    : lloyd::iterate(context_, population_, with(cluster, account), options, watch);
    trial.reset();
    if (swapped.stopped &&
        !is_hopeless(std::span(swapped.inertia_by_iteration).first(swapped.inertia_by_iteration.size() - 1), goal)) {
      trial = start_at(0, std::move(swapped));
      return Outcome::kInterrupted;
    }
    if (swapped.inertia >= best_.inertia) return Outcome::kInVain;
    adopt(std::move(swapped), goal);
    return Outcome::kGained;
  }

 private:
  /// The best centroids with one of them moved to an account.
  [[nodiscard]] std::vector<double> with(int cluster, const std::vector<float>& account) const {
    std::vector<double> centroids = best_.centroids;
    std::copy(account.begin(), account.end(),
              centroids.begin() + static_cast<std::ptrdiff_t>(cluster) * population_.tiles.d());
    return centroids;
  }

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
      const Swaps::Outcome outcome = swaps.attempt(found.dispensable[cluster], found.far_accounts[account], at.trial);
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
