#include "kmeans/survey.hpp"

#include <algorithm>
#include <numeric>

#include "core/random.hpp"
#include "kmeans/race.hpp"
#include "lloyd/kernel.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace {

/// A loss in whole units, so that its sum is exact: so many to the mean of w D², and no more than 2^32 an account,
/// which leaves room for 2^31 accounts. Beyond that the cluster is one to keep in any case.
constexpr double kUnitsPerMean = 1 << 20;
constexpr double kMostUnits = 4294967296.0;

/// In double, each account by itself and its features in order: the same everywhere.
double squared_distance(const float* tile, std::size_t lane, const double* centre, int d) {
  double sum = 0.0;
  for (int f = 0; f < d; ++f) {
    const double difference =
        static_cast<double>(tile[static_cast<std::size_t>(f) * FeatureTiles::kTileAccounts + lane]) - centre[f];
    sum += difference * difference;
  }
  return sum;
}

/// One thread's part.
struct Share {
  std::vector<std::int64_t> loss;  ///< k
  std::vector<Racer> sample;       ///< in order, no more than wanted
};

void enter(const Racer& racer, std::size_t wanted, std::vector<Racer>& sample) {
  if (sample.size() == wanted && !ahead(racer, sample.back())) return;
  if (sample.size() == wanted) sample.pop_back();
  sample.insert(std::upper_bound(sample.begin(), sample.end(), racer, ahead), racer);
}

class Surveyor {
 public:
  Surveyor(const Context& context, const lloyd::Population& population, int k, std::span<const double> centroids,
           double unit, std::size_t wanted)
      : rank_(context.comm.rank()),
        population_(population),
        panel_(k, population.tiles.d(), centroids, population.origin),
        centroids_(centroids),
        unit_(unit),
        wanted_(wanted) {}

  /// `bits_of(key)` is the account's draw.
  template <class BitsOf>
  void visit(std::size_t t, const BitsOf& bits_of, Share& share) const {
    alignas(64) std::int32_t first[FeatureTiles::kTileAccounts], second[FeatureTiles::kTileAccounts];
    alignas(64) float first_score[FeatureTiles::kTileAccounts], second_score[FeatureTiles::kTileAccounts];
    const FeatureTiles& tiles = population_.tiles;
    const int d = tiles.d();
    const float* tile = tiles.tile(t);
    lloyd::nearest_two(panel_, tile, first, first_score, second, second_score);
    for (std::size_t lane = 0; lane < tiles.accounts_in(t); ++lane) {
      const double near = squared_distance(tile, lane, centroid(first[lane]), d);
      const double next = second[lane] < 0 ? near : squared_distance(tile, lane, centroid(second[lane]), d);
      const int weight = population_.weight(t * FeatureTiles::kTileAccounts + lane);
      const double loss = std::min(weight * (next - near) / unit_, kMostUnits);
      share.loss[static_cast<std::size_t>(first[lane])] += static_cast<std::int64_t>(loss);
      if (near == 0.0) continue;
      const AccountKey key = population_.keys[t * FeatureTiles::kTileAccounts + lane];
      const std::uint64_t bits = bits_of(key);
      // −log(u) is no less than 1 − u: most are out of the race before the logarithm. The margin covers rounding.
      const double rate = weight * near;
      const bool full = share.sample.size() == wanted_;
      if (full && (1.0 - uniform(bits)) * (1.0 - 0x1p-40) > share.sample.back().time * rate) continue;
      enter({exponential(bits) / rate, key, rank_, t * FeatureTiles::kTileAccounts + lane}, wanted_, share.sample);
    }
  }

 private:
  const double* centroid(std::int32_t j) const {
    return centroids_.data() + static_cast<std::ptrdiff_t>(j) * population_.tiles.d();
  }

  int rank_;
  const lloyd::Population& population_;
  lloyd::CentroidPanel panel_;
  std::span<const double> centroids_;
  double unit_;
  std::size_t wanted_;
};

/// The features of the first `wanted` racers of a field, or of all that there are.
std::vector<std::vector<float>> first_of(const Field& field, std::size_t wanted, int d) {
  std::vector<std::size_t> order(field.racers.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return ahead(field.racers[a], field.racers[b]); });
  std::vector<std::vector<float>> features;
  for (const std::size_t i : order) {
    if (features.size() == wanted || field.racers[i].rank < 0) break;
    const auto row = field.features.begin() + static_cast<std::ptrdiff_t>(i) * d;
    features.emplace_back(row, row + d);
  }
  return features;
}

}  // namespace

Survey survey(const Context& context, const lloyd::Population& population, int k, std::span<const double> centroids,
              double inertia, std::size_t sample, std::uint64_t seed, std::uint64_t number) {
  const double unit = inertia / static_cast<double>(population.n_global) / kUnitsPerMean;
  const Surveyor surveyor(context, population, k, centroids, unit, sample);
  const auto bits_of = [&](AccountKey key) { return random_bits(seed, RandomPurpose::kMove, key, number); };

  std::vector<Share> shares(static_cast<std::size_t>(context.threads),
                            Share{std::vector<std::int64_t>(static_cast<std::size_t>(k)), {}});
  const auto n_shares = static_cast<std::int64_t>(shares.size());
  const std::size_t n_tiles = population.tiles.n_tiles();
#pragma omp parallel for schedule(static, 1) num_threads(context.threads)
  for (std::int64_t i = 0; i < n_shares; ++i) {
    const auto share = static_cast<std::size_t>(i);
    for (std::size_t t = share * n_tiles / shares.size(); t < (share + 1) * n_tiles / shares.size(); ++t)
      surveyor.visit(t, bits_of, shares[share]);
  }

  std::vector<std::int64_t> loss = std::move(shares[0].loss);
  std::vector<Racer> local = std::move(shares[0].sample);
  for (std::size_t share = 1; share < shares.size(); ++share) {
    for (std::size_t j = 0; j < loss.size(); ++j) loss[j] += shares[share].loss[j];
    for (const Racer& racer : shares[share].sample) enter(racer, sample, local);
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(loss));
  local.resize(sample);  // nobody at the end

  Survey found;
  found.dispensable.resize(loss.size());
  std::iota(found.dispensable.begin(), found.dispensable.end(), 0);
  std::ranges::stable_sort(found.dispensable, {}, [&](int j) { return loss[static_cast<std::size_t>(j)]; });
  found.far_accounts = first_of(gather_racers(context.comm, population.tiles, local), sample, population.tiles.d());
  return found;
}

}  // namespace tessera
