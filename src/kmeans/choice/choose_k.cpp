#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/elementary.hpp"
#include "kmeans/choice/account_sample.hpp"
#include "kmeans/choice/jaccard.hpp"
#include "kmeans/choice/partition_quality.hpp"
#include "kmeans/choice/ranking.hpp"
#include "kmeans/choice/sweep.hpp"
#include "kmeans/last_pass.hpp"
#include "lloyd/kernel.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/choice_of_k.hpp"

namespace tessera {
namespace {

using namespace choice;

constexpr std::uint64_t kSampleAccounts = 16'384, kSampleAccountsASegment = 32;
/// References and bootstrap samples: so many, each a quarter as large, so that together they cost what the curve does.
constexpr std::uint64_t kReplicates = 4, kReplicateShare = 4;
constexpr int kTries = 4, kReferenceTries = 1;

std::uint64_t wanted_accounts(int k_max) noexcept {
  return std::max(kSampleAccounts, kSampleAccountsASegment * static_cast<std::uint64_t>(k_max));
}

class Choosing {
 public:
  Choosing(const Context& context, const ChoiceOfKOptions& options, int k_max, AccountSample sample,
           const StopRequested& stop)
      : context_(context),
        options_(options),
        k_max_(k_max),
        sample_(std::move(sample)),
        population_(lloyd::centred_population(context, sample_.tiles, sample_.keys)),
        stop_(stop) {}

  ChoiceOfK choose() && {
    const Sweep swept = swept_through(population_, kTries, 0);
    ChoiceOfK choice;
    choice.accounts_seen = static_cast<std::int64_t>(population_.n_global);
    const int largest = static_cast<int>(swept.steps.size());
    for (int k = std::min(options_.k_min, largest); k <= largest && !stopped_; ++k)
      choice.curve.push_back(measured(swept.steps[static_cast<std::size_t>(k - 1)]));
    measure_gaps(choice.curve);
    measure_stability(swept, choice.curve);
    choice.stopped = stopped_;
    if (stopped_) return choice;
    const std::size_t best = context_.comm.broadcast(place_all(choice.curve));
    choice.k = choice.curve[best].k;
    choice.why = why_chosen(choice.curve, best, choice.accounts_seen);
    return choice;
  }

 private:
  Sweep swept_through(const lloyd::Population& population, int tries, std::uint64_t number) {
    if (stopped_) return {};
    Sweep swept = sweep(context_, population, {k_max_, tries, options_.seed, number}, stop_);
    stopped_ = stopped_ || swept.stopped;
    return swept;
  }

  /// What one step alone tells.
  KCriteria measured(const SweepStep& step) const {
    const LastPass pass = last_pass(context_, population_, step.k, step.centroids);
    const ClusteringQuality quality = partition_quality(
        context_, sample_.tiles, {step.k, step.centroids, pass.accounts, pass.nearest, pass.next_best});
    KCriteria criteria;
    criteria.k = step.k;
    criteria.inertia = std::ldexp(quality.inertia, -2 * options_.exponent);
    criteria.calinski_harabasz = quality.calinski_harabasz;
    criteria.davies_bouldin = quality.davies_bouldin;
    criteria.silhouette_simplified = quality.silhouette_simplified;
    criteria.bic = bayesian(criteria.inertia, pass.accounts);
    return criteria;
  }

  /// ln L − p/2 ln n, where L is of k spherical normal distributions of one variance, each weighed by its share of the
  /// accounts (Pelleg & Moore 2000, with the missing d of their formula), and p = k − 1 + k·d + 1.
  [[nodiscard]] double bayesian(double inertia, const std::vector<std::int64_t>& accounts) const {
    constexpr double kTwoPi = 6.283185307179586;
    const auto n = static_cast<double>(population_.n_global);
    const auto d = static_cast<double>(sample_.tiles.d()), k = static_cast<double>(accounts.size());
    const double variance = inertia / (d * (n - k));
    double likelihood = -0.5 * n * d * portable_log(kTwoPi * variance) - 0.5 * d * (n - k);
    for (const std::int64_t n_j : accounts)
      if (n_j > 0) likelihood += static_cast<double>(n_j) * portable_log(static_cast<double>(n_j) / n);
    return likelihood - 0.5 * (k * (d + 1.0)) * portable_log(n);
  }

  [[nodiscard]] std::uint64_t replicate_accounts() const {
    return std::max<std::uint64_t>(1, std::min(population_.n_global, wanted_accounts(k_max_) / kReplicateShare));
  }

  /// The gap: how far the logarithm of the inertia lies below what points without any structure have.
  void measure_gaps(std::vector<KCriteria>& curve) {
    std::vector<Sweep> references;
    const std::uint64_t points = replicate_accounts();
    for (std::uint64_t replicate = 0; replicate < kReplicates; ++replicate) {
      const AccountSample reference = uniform_in_box(context_, sample_, points, options_.seed, replicate);
      const lloyd::Population population = lloyd::centred_population(context_, reference.tiles, reference.keys);
      references.push_back(swept_through(population, kReferenceTries, 1 + replicate));
    }
    for (KCriteria& criteria : curve) {
      const auto step = static_cast<std::size_t>(criteria.k - 1);
      std::vector<double> logarithms;
      for (const Sweep& reference : references)
        if (step < reference.steps.size())
          logarithms.push_back(portable_log(reference.steps[step].inertia / static_cast<double>(points)));
      if (logarithms.size() < kReplicates) continue;
      double mean = 0.0, squares = 0.0;
      for (const double one : logarithms) mean += one / static_cast<double>(kReplicates);
      for (const double one : logarithms) squares += (one - mean) * (one - mean) / static_cast<double>(kReplicates);
      const double own =
          std::ldexp(criteria.inertia, 2 * options_.exponent) / static_cast<double>(population_.n_global);
      criteria.gap = mean - portable_log(own);
      criteria.gap_error = std::sqrt(squares * (1.0 + 1.0 / static_cast<double>(kReplicates)));
    }
  }

  /// How much of each segment is found again from bootstrap samples of some of the accounts.
  void measure_stability(const Sweep& swept, std::vector<KCriteria>& curve) {
    const AccountSample some =
        sampled(sample_.tiles, sample_.keys, population_.n_global, replicate_accounts(), options_.seed + 1);
    const lloyd::Population judged = lloyd::centred_population(context_, some.tiles, some.keys);
    std::vector<Sweep> again;
    for (std::uint64_t replicate = 0; replicate < kReplicates; ++replicate) {
      const AccountSample drawn = resampled(some, options_.seed, replicate);
      const lloyd::Population population = lloyd::centred_population(context_, drawn.tiles, drawn.keys, drawn.weights);
      if (population.n_global == 0) return;
      again.push_back(swept_through(population, kTries, 1 + kReplicates + replicate));
    }
    for (KCriteria& criteria : curve) {
      if (stopped_) return;
      const auto step = static_cast<std::size_t>(criteria.k - 1);
      const LastPass first = last_pass(context_, judged, criteria.k, swept.steps[step].centroids);
      double sum = 0.0;
      for (const Sweep& sweep : again) {
        if (step >= sweep.steps.size()) sum = KCriteria::kUnknown;
        if (std::isnan(sum)) break;
        const LastPass second = last_pass(context_, judged, criteria.k, sweep.steps[step].centroids);
        sum += mean_jaccard(context_, first.nearest, criteria.k, second.nearest, criteria.k);
      }
      criteria.stability = sum / static_cast<double>(kReplicates);
    }
  }

  const Context& context_;
  const ChoiceOfKOptions& options_;
  int k_max_;
  AccountSample sample_;
  lloyd::Population population_;
  const StopRequested& stop_;
  bool stopped_ = false;
};

}  // namespace

ChoiceOfK choose_k(const Context& context, const FeatureTiles& tiles, std::span<const AccountKey> keys,
                   const ChoiceOfKOptions& options, const StopRequested& stop) {
  parallel::run_together(context.comm, [] { (void)lloyd::simd_target(); });
  const auto n_global = context.comm.all_reduce<parallel::Reduce::kSum>(static_cast<std::int64_t>(tiles.n_local()));
  const auto k_max = static_cast<int>(std::min<std::int64_t>(options.k_max, n_global / kLeastAccountsASegment));
  if (k_max < 2) {
    ChoiceOfK one;
    one.accounts_seen = n_global;
    one.why = fmt::format("1 segment: {} accounts are too few to part", n_global);
    return one;
  }
  AccountSample sample =
      sampled(tiles, keys, static_cast<std::uint64_t>(n_global), wanted_accounts(k_max), options.seed);
  return Choosing(context, options, k_max, std::move(sample), stop).choose();
}

}  // namespace tessera
