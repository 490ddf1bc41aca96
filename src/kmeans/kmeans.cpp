#include "tessera/kmeans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "kmeans/last_pass.hpp"
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

/// All starts, one after another, some seeded together; the lowest inertia wins, ties by the lower start. A stop ends
/// the one that runs, and the rest are left out.
Start best_start(const Context& context, const lloyd::Population& population, const KmeansOptions& options,
                 const KmeansProgress& progress) {
  const lloyd::LloydOptions lloyd_options{options.max_iterations, options.tolerance};
  const int starts = options.initial.empty() ? options.starts : 1;
  const int together = starts_seeded_together(population.tiles.d());
  std::vector<std::vector<double>> seeded;
  std::optional<Start> best;
  bool stop_here = false, stopped = false;
  for (int start = 0; start < starts && !stopped; ++start) {
    const auto report = [&](int iteration, double inertia) {
      if (progress && progress(start, iteration, inertia)) stop_here = true;
      return stop_here;
    };
    if (options.initial.empty() && start % together == 0)
      seeded = seed_centroids(context, population, options.k, options.seed, start, std::min(together, starts - start));
    std::vector<double> centroids =
        options.initial.empty() ? std::move(seeded[static_cast<std::size_t>(start % together)]) : options.initial;
    lloyd::Fixpoint answer = lloyd::iterate(context, population, std::move(centroids), lloyd_options, report);
    stopped = answer.stopped;
    if (!best || answer.inertia < best->answer.inertia) best = Start{start, std::move(answer)};
  }
  best->answer.stopped = stopped;
  return *std::move(best);
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
  const lloyd::Population population = lloyd::centred_population(context, tiles, keys);

  auto [winning_start, answer] = best_start(context, population, options, progress);
  LastPass last = last_pass(context, population, answer.k, answer.centroids);
  while (keep_populated(answer, last.accounts, tiles.d()))
    last = last_pass(context, population, answer.k, answer.centroids);
  if (answer.k < options.k) {
    context.journal.warn(
        fmt::format("k-means: k falls from {} to {}, as the population of {} accounts has no more distinct ones in the "
                    "features chosen (or "
                    "no account was nearest to the other centroids when the iterations ended)",
                    options.k, answer.k, population.n_global));
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
