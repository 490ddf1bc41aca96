#include "kmeans/starts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "kmeans/moves.hpp"
#include "kmeans/seeding.hpp"
#include "kmeans/start_point.hpp"
#include "lloyd/exact_lloyd.hpp"

namespace tessera {
namespace {

using Start = KmeansState::Start;

bool better(const Start& a, const Start& b) {
  return a.inertia != b.inertia ? a.inertia < b.inertia : a.number < b.number;
}

int starts_of(const KmeansOptions& options) {
  return options.initial.empty() ? options.starts : 1;
}

/// Of two starts that ended at one inertia, and so in one place, the later one is left out.
void keep(Start start, std::size_t most, std::vector<Start>& best) {
  const auto place = std::ranges::lower_bound(best, start, better);
  const bool known = place != best.begin() && std::prev(place)->inertia == start.inertia;
  if (!known) best.insert(place, std::move(start));
  if (best.size() > most) best.pop_back();
}

class Starts {
 public:
  Starts(const Context& context, const lloyd::Population& population, const KmeansOptions& options,
         const KmeansProgress& progress, KmeansState& state)
      : context_(context), population_(population), options_(options), progress_(progress), state_(state) {}

  /// The best `kept` of all starts. They run one after another, some seeded together.
  bool run(std::size_t kept) {
    const lloyd::LloydOptions lloyd_options{options_.max_iterations, options_.tolerance};
    while (state_.starts_ended < starts_of(options_)) {
      const int number = state_.starts_ended;
      bool stop_here = false;
      const auto report = [&](int iteration, double inertia) {
        if (progress_ && progress_(number, iteration, inertia)) stop_here = true;
        return stop_here;
      };
      lloyd::Fixpoint answer =
          state_.running ? lloyd::go_on(context_, population_, fixpoint_of(*state_.running), lloyd_options, report)
                         : lloyd::iterate(context_, population_, seeded(number), lloyd_options, report);
      const bool stopped = answer.stopped;
      state_.running.reset();
      if (stopped) {
        state_.running = start_at(number, std::move(answer));
        return false;
      }
      keep(start_at(number, std::move(answer)), kept, state_.best);
      ++state_.starts_ended;
    }
    return true;
  }

  /// Leads each of the kept starts out of its local optimum, best first.
  bool improve(int patience) {
    const SwapOptions swap_options{{options_.max_iterations, options_.tolerance}, options_.seed, patience};
    if (!state_.swaps) state_.swaps = {0, most_tries(swap_options), 0, 0, 0, {}};
    int tries = 0;
    const auto report = [&](int iteration, double inertia) {
      if (iteration == 1) ++tries;
      return progress_ && progress_(starts_of(options_) + tries - 1, iteration, inertia);
    };
    while (state_.swaps->start < state_.best.size()) {
      Start& start = state_.best[state_.swaps->start];
      lloyd::Fixpoint best = fixpoint_of(start);
      KmeansState::Swaps at = *state_.swaps;
      const bool ended = improve_by_swaps(context_, population_, swap_options, report, best, at);
      start = start_at(start.number, std::move(best));
      state_.swaps = at;
      if (!ended) return false;
      state_.swaps = {state_.swaps->start + 1, most_tries(swap_options), 0, 0, 0, {}};
    }
    return true;
  }

  void end() {
    Start best = std::move(*std::ranges::min_element(state_.best, better));
    state_.best.clear();
    state_.best.push_back(std::move(best));
    state_.swaps.reset();
    state_.has_ended = true;
  }

 private:
  std::vector<double> seeded(int number) {
    if (!options_.initial.empty()) return options_.initial;
    const int together = starts_seeded_together(population_.tiles.d());
    if (number >= first_seeded_ + static_cast<int>(seeded_.size())) {
      const int count = std::min(together - number % together, starts_of(options_) - number);
      seeded_ = seed_centroids(context_, population_, options_.k, options_.seed, number, count);
      first_seeded_ = number;
    }
    return seeded_[static_cast<std::size_t>(number - first_seeded_)];
  }

  const Context& context_;
  const lloyd::Population& population_;
  const KmeansOptions& options_;
  const KmeansProgress& progress_;
  KmeansState& state_;
  std::vector<std::vector<double>> seeded_;  ///< of the starts from first_seeded_ on
  int first_seeded_ = 0;
};

}  // namespace

bool find_best_start(const Context& context, const lloyd::Population& population, const KmeansOptions& options,
                     const KmeansProgress& progress, KmeansState& state) {
  if (state.has_ended) return true;
  Starts starts(context, population, options, progress, state);
  if (!options.swaps) {
    if (!starts.run(1)) return false;
  } else {
    const auto [patience, kept] = swap_effort(population, options.k, starts_of(options));
    if (!starts.run(static_cast<std::size_t>(kept)) || !starts.improve(patience)) return false;
  }
  starts.end();
  return true;
}

}  // namespace tessera
