#include "tessera/kmeans.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "kmeans/last_pass.hpp"
#include "kmeans/starts.hpp"
#include "lloyd/kernel.hpp"
#include "lloyd/population.hpp"
#include "parallel/agreement.hpp"

namespace tessera {
namespace {

/// Leaves the centroids that have accounts. Returns whether there were others.
bool keep_populated(KmeansState::Start& answer, const std::vector<std::int64_t>& accounts, int d) {
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
                  const KmeansOptions& options, const KmeansProgress& progress, KmeansState* state) {
  parallel::run_together(context.comm, [] { (void)lloyd::simd_target(); });
  const lloyd::Population population = lloyd::centred_population(context, tiles, keys, options.weights);

  KmeansState fresh;
  if (state == nullptr) state = &fresh;
  Clustering clustering;
  clustering.stopped = !find_best_start(context, population, options, progress, *state);
  if (clustering.stopped) return clustering;
  KmeansState::Start answer = state->best.front();
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

  clustering.k = answer.k;
  clustering.d = tiles.d();
  clustering.origin = population.origin;
  clustering.centroids = std::move(answer.centroids);
  clustering.accounts = std::move(last.accounts);
  clustering.nearest = std::move(last.nearest);
  clustering.next_best = std::move(last.next_best);
  clustering.iterations = answer.iterations;
  clustering.winning_start = answer.number;
  clustering.inertia_by_iteration = std::move(answer.inertia_by_iteration);
  return clustering;
}

}  // namespace tessera
