#include "kmeans/choice/sweep.hpp"

#include <utility>

#include "core/grid.hpp"
#include "kmeans/survey.hpp"
#include "lloyd/exact_lloyd.hpp"

namespace tessera::choice {
namespace {

/// After so many updates a drawn centre shows what it is worth.
constexpr lloyd::LloydOptions kTrial{.max_iterations = 3, .tolerance = 0.0};
constexpr lloyd::LloydOptions kToTheEnd{.max_iterations = 40, .tolerance = 1e-4};

class Sweeper {
 public:
  Sweeper(const Context& context, const lloyd::Population& population, const SweepOptions& options,
          const StopRequested& stop)
      : context_(context), population_(population), options_(options), stop_(stop) {}

  [[nodiscard]] bool stopped() const { return stopped_; }

  lloyd::Fixpoint one() {
    std::vector<double> centre;
    for (const std::int32_t units : population_.origin) centre.push_back(static_cast<double>(from_grid(units)));
    return iterated(std::move(centre), kTrial);
  }

  /// With one centroid more; as it was, where there are no more distinct accounts.
  lloyd::Fixpoint grown(const lloyd::Fixpoint& now) {
    const std::uint64_t draw = (options_.number << 32U) + static_cast<std::uint64_t>(now.k);
    const Survey drawn = survey(context_, population_, now.k, now.centroids, lloyd::inertia_value(now.inertia),
                                static_cast<std::size_t>(options_.tries), options_.seed, kOwnDraws + draw);
    lloyd::Fixpoint best = now;
    for (const std::vector<float>& account : drawn.far_accounts) {
      std::vector<double> centroids = now.centroids;
      centroids.insert(centroids.end(), account.begin(), account.end());
      lloyd::Fixpoint tried = iterated(std::move(centroids), drawn.far_accounts.size() > 1 ? kTrial : kToTheEnd);
      if (stopped_) return now;
      if (tried.k > now.k && (best.k == now.k || tried.inertia < best.inertia)) best = std::move(tried);
    }
    if (best.k == now.k || drawn.far_accounts.size() == 1) return best;
    lloyd::Fixpoint ended = iterated(best.centroids, kToTheEnd);
    return ended.k == best.k && ended.inertia < best.inertia ? ended : best;
  }

 private:
  /// Sets the draws apart from those of the swaps after k-means.
  static constexpr std::uint64_t kOwnDraws = std::uint64_t{1} << 48U;

  lloyd::Fixpoint iterated(std::vector<double> centroids, const lloyd::LloydOptions& options) {
    const auto report = [this](int, double) { return stop_ && stop_(); };
    lloyd::Fixpoint answer = lloyd::iterate(context_, population_, std::move(centroids), options, report);
    stopped_ = stopped_ || answer.stopped;
    return answer;
  }

  const Context& context_;
  const lloyd::Population& population_;
  const SweepOptions& options_;
  const StopRequested& stop_;
  bool stopped_ = false;
};

}  // namespace

Sweep sweep(const Context& context, const lloyd::Population& population, const SweepOptions& options,
            const StopRequested& stop) {
  Sweeper sweeper(context, population, options, stop);
  Sweep swept;
  lloyd::Fixpoint now = sweeper.one();
  while (!sweeper.stopped()) {
    swept.steps.push_back({now.k, now.centroids, lloyd::inertia_value(now.inertia)});
    if (now.k == options.k_max || now.inertia <= 0) break;
    now = sweeper.grown(now);
    if (now.k == swept.steps.back().k) break;
  }
  swept.stopped = sweeper.stopped();
  return swept;
}

}  // namespace tessera::choice
