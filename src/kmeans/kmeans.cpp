#include "tessera/kmeans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "kmeans/last_pass.hpp"
#include "kmeans/moves.hpp"
#include "kmeans/seeding.hpp"
#include "lloyd/exact_lloyd.hpp"
#include "lloyd/kernel.hpp"
#include "lloyd/population.hpp"
#include "parallel/agreement.hpp"

namespace tessera {
namespace {

struct Start {
  int number = 0;
  lloyd::Fixpoint answer;
};

bool better(const Start& a, const Start& b) {
  return a.answer.inertia != b.answer.inertia ? a.answer.inertia < b.answer.inertia : a.number < b.number;
}

int starts_of(const KmeansOptions& options) {
  return options.initial.empty() ? options.starts : 1;
}

/// Of two starts that ended at one inertia, and so in one place, the later one is left out.
void keep(Start start, std::size_t most, std::vector<Start>& best) {
  const auto place = std::ranges::lower_bound(best, start, better);
  const bool known = place != best.begin() && std::prev(place)->answer.inertia == start.answer.inertia;
  if (!known) best.insert(place, std::move(start));
  if (best.size() > most) best.pop_back();
}

/// The best `kept` of all starts, best first. They run one after another, some seeded together. A stop ends the one
/// that runs, and the rest are left out.
std::vector<Start> best_starts(const Context& context, const lloyd::Population& population,
                               const KmeansOptions& options, const KmeansProgress& progress, std::size_t kept) {
  const lloyd::LloydOptions lloyd_options{options.max_iterations, options.tolerance};
  const int starts = starts_of(options);
  const int together = starts_seeded_together(population.tiles.d());
  std::vector<std::vector<double>> seeded;
  std::vector<Start> best;
  bool stop_here = false, stopped = false;
  for (int number = 0; number < starts && !stopped; ++number) {
    const auto report = [&](int iteration, double inertia) {
      if (progress && progress(number, iteration, inertia)) stop_here = true;
      return stop_here;
    };
    if (options.initial.empty() && number % together == 0)
      seeded =
          seed_centroids(context, population, options.k, options.seed, number, std::min(together, starts - number));
    const std::vector<double>& centroids =
        options.initial.empty() ? seeded[static_cast<std::size_t>(number % together)] : options.initial;
    Start start{number, lloyd::iterate(context, population, centroids, lloyd_options, report)};
    stopped = start.answer.stopped;
    keep(std::move(start), kept, best);
  }
  best.front().answer.stopped = stopped;
  return best;
}

/// Leads each of the starts out of its local optimum, best first, and leaves the best.
Start improved(const Context& context, const lloyd::Population& population, const KmeansOptions& options, int patience,
               const KmeansProgress& progress, std::vector<Start> starts) {
  const SwapOptions swap_options{{options.max_iterations, options.tolerance}, options.seed, patience};
  int tries = 0;
  const auto report = [&](int iteration, double inertia) {
    if (iteration == 1) ++tries;
    return progress && progress(starts_of(options) + tries - 1, iteration, inertia);
  };
  bool stopped = false;
  for (Start& start : starts) {
    if (stopped) break;
    improve_by_swaps(context, population, swap_options, report, start.answer);
    stopped = start.answer.stopped;
  }
  Start best = std::move(*std::ranges::min_element(starts, better));
  best.answer.stopped = stopped;
  return best;
}

Start best_start(const Context& context, const lloyd::Population& population, const KmeansOptions& options,
                 const KmeansProgress& progress) {
  if (!options.swaps) return best_starts(context, population, options, progress, 1).front();
  const auto [patience, starts] = swap_effort(population, options.k, starts_of(options));
  std::vector<Start> best = best_starts(context, population, options, progress, static_cast<std::size_t>(starts));
  if (best.front().answer.stopped) return std::move(best.front());
  return improved(context, population, options, patience, progress, std::move(best));
}

/// Leaves the centroids that have accounts. Returns whether there were others.
bool keep_populated(lloyd::Fixpoint& answer, const std::vector<std::int64_t>& accounts, int d) {
  const int before = answer.k;
  std::vector<double> centroids;
  for (int j = 0; j < before; ++j) {
    if (accounts[static_cast<std::size_t>(j)] == 0) {
      --answer.k;
      continue;
    }
    const auto row = answer.centroids.begin() + static_cast<std::ptrdiff_t>(j) * d;
    centroids.insert(centroids.end(), row, row + d);
  }
  answer.centroids = std::move(centroids);
  return answer.k < before;
}

}  // namespace

Clustering kmeans(const Context& context, const FeatureTiles& tiles, std::span<const AccountKey> keys,
                  const KmeansOptions& options, const KmeansProgress& progress) {
  parallel::run_together(context.comm, [] { (void)lloyd::simd_target(); });
  const lloyd::Population population = lloyd::centred_population(context, tiles, keys, options.weights);

  auto [winning_start, answer] = best_start(context, population, options, progress);
  LastPass last = last_pass(context, population, answer.k, answer.centroids);
  while (keep_populated(answer, last.accounts, tiles.d()))
    last = last_pass(context, population, answer.k, answer.centroids);
  if (answer.k < options.k) {
    context.journal.warn(
        fmt::format("k-means: k falls from {} to {}, as the {} accounts of {} have no more distinct ones in the "
                    "features chosen (or "
                    "no account was nearest to the other centroids when the iterations ended)",
                    options.k, answer.k, population.n_global, options.whom));
  }

  Clustering clustering;
  clustering.k = answer.k;
  clustering.d = tiles.d();
  clustering.origin = population.origin;
  clustering.centroids = std::move(answer.centroids);
  clustering.accounts = std::move(last.accounts);
  clustering.nearest = std::move(last.nearest);
  clustering.next_best = std::move(last.next_best);
  clustering.iterations = answer.iterations;
  clustering.winning_start = winning_start;
  clustering.inertia_by_iteration = std::move(answer.inertia_by_iteration);
  clustering.stopped = answer.stopped;
  return clustering;
}

}  // namespace tessera
