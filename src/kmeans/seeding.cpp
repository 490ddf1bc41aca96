#include "kmeans/seeding.hpp"

#include <omp.h>

#include <limits>

#include "core/random.hpp"
#include "lloyd/kernel.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace {

constexpr std::size_t kTile = FeatureTiles::kTileAccounts;

/// An account in a race: the least time wins; ties go to the lower key, then to the order of ranks and accounts.
struct Racer {
  double time = std::numeric_limits<double>::infinity();
  AccountKey key;
  std::int32_t rank = -1;  ///< −1: nobody
  std::uint64_t local = 0;
};

bool ahead(const Racer& a, const Racer& b) {
  if (a.rank < 0 || b.rank < 0) return b.rank < 0 && a.rank >= 0;
  if (a.time != b.time) return a.time < b.time;
  if (a.key != b.key) return a.key < b.key;
  if (a.rank != b.rank) return a.rank < b.rank;
  return a.local < b.local;
}

/// Runs `race_tile(t, best)` over this rank's tiles on all threads, and agrees on the winner of all ranks. Collective.
template <class RaceTile>
Racer winner(const Context& context, const FeatureTiles& tiles, const RaceTile& race_tile) {
  std::vector<Racer> by_thread(static_cast<std::size_t>(context.threads));
  const auto n_tiles = static_cast<std::int64_t>(tiles.n_tiles());
#pragma omp parallel num_threads(context.threads)
  {
    Racer best;
#pragma omp for schedule(static)
    for (std::int64_t t = 0; t < n_tiles; ++t) race_tile(static_cast<std::size_t>(t), best);
    by_thread[static_cast<std::size_t>(omp_get_thread_num())] = best;
  }
  Racer local;
  for (const Racer& racer : by_thread)
    if (ahead(racer, local)) local = racer;
  Racer best;
  for (const Racer& racer : context.comm.all_gather(local))
    if (ahead(racer, best)) best = racer;
  return best;
}

/// The squared distances of this rank's accounts to their nearest centre so far, and the races run on them.
class Seeding {
 public:
  Seeding(const Context& context, const lloyd::Population& population, std::uint64_t seed, int start)
      : context_(context),
        population_(population),
        seed_(seed),
        start_(static_cast<std::uint64_t>(start)),
        squared_(population.tiles.n_tiles() * kTile, std::numeric_limits<float>::infinity()) {}

  Racer first_centre() const {
    return winner(context_, population_.tiles, [&](std::size_t t, Racer& best) {
      for (std::size_t lane = 0; lane < population_.tiles.accounts_in(t); ++lane) {
        const std::size_t i = t * kTile + lane;
        const AccountKey key = population_.keys[i];
        offer({uniform(random_bits(seed_, RandomPurpose::kSeedFirst, key, start_)), key, context_.comm.rank(), i},
              best);
      }
    });
  }

  /// The next centre after `latest`, which is the one with number `centre` − 1.
  Racer next_centre(const std::vector<float>& latest, int centre) {
    return winner(context_, population_.tiles, [&](std::size_t t, Racer& best) {
      const FeatureTiles& tiles = population_.tiles;
      lloyd::lower_squared_distances(latest.data(), tiles.d(), tiles.tile(t), squared_.data() + t * kTile);
      for (std::size_t lane = 0; lane < tiles.accounts_in(t); ++lane) race(t * kTile + lane, centre, best);
    });
  }

  /// The features of the winner, on every rank. Collective.
  std::vector<float> features_of(const Racer& account) const {
    const FeatureTiles& tiles = population_.tiles;
    std::vector<float> features(static_cast<std::size_t>(tiles.d()));
    if (account.rank == context_.comm.rank()) {
      for (int f = 0; f < tiles.d(); ++f) features[static_cast<std::size_t>(f)] = tiles.at(account.local, f);
    }
    context_.comm.broadcast(std::span<float>(features), account.rank);
    return features;
  }

 private:
  static void offer(const Racer& racer, Racer& best) {
    if (ahead(racer, best)) best = racer;
  }

  void race(std::size_t i, int centre, Racer& best) const {
    const double weight = squared_[i];
    if (!(weight > 0.0)) return;  // a centre already
    const AccountKey key = population_.keys[i];
    const std::uint64_t counter = start_ << 32 | static_cast<std::uint64_t>(centre);
    const std::uint64_t bits = random_bits(seed_, RandomPurpose::kSeedNext, key, counter);
    // −log(u) is no less than 1 − u: most are out of the race before the logarithm. The margin covers rounding.
    if ((1.0 - uniform(bits)) * 0.999 > best.time * weight) return;
    offer({exponential(bits) / weight, key, context_.comm.rank(), i}, best);
  }

  const Context& context_;
  const lloyd::Population& population_;
  std::uint64_t seed_;
  std::uint64_t start_;
  std::vector<float> squared_;  ///< n_local, and the lanes past the last account
};

}  // namespace

std::vector<double> seed_centroids(const Context& context, const lloyd::Population& population, int k,
                                   std::uint64_t seed, int start) {
  Seeding seeding(context, population, seed, start);
  std::vector<double> centroids;
  Racer chosen = seeding.first_centre();
  for (int centre = 1; chosen.rank >= 0; ++centre) {
    const std::vector<float> features = seeding.features_of(chosen);
    centroids.insert(centroids.end(), features.begin(), features.end());
    if (centre == k) break;
    chosen = seeding.next_centre(features, centre);
  }
  return centroids;
}

}  // namespace tessera
