#include "kmeans/seeding.hpp"

#include <algorithm>

#include "core/random.hpp"
#include "kmeans/deadlines.hpp"
#include "kmeans/race.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace {

constexpr std::size_t kCentresBetweenCatchUps = 16;

/// The races of several starts. Each thread has its share of the tiles, and in it a race for every start.
class Seeding {
 public:
  Seeding(const Context& context, const lloyd::Population& population, std::uint64_t seed, int first_start, int starts)
      : context_(context), population_(population), chosen_(static_cast<std::size_t>(starts)) {
    for (int start = 0; start < starts; ++start) {
      chosen_[static_cast<std::size_t>(start)].seed = seed;
      chosen_[static_cast<std::size_t>(start)].start =
          static_cast<std::uint64_t>(first_start) + static_cast<std::uint64_t>(start);
    }
    shares_.resize(static_cast<std::size_t>(context.threads));
    for (Share& share : shares_) share.races.assign(chosen_.size(), Deadlines(population, context.comm.rank()));
  }

  /// This rank's leader for each start, here and below: add() finds the winners.
  std::vector<Racer> first_leaders() const {
    std::vector<std::vector<Racer>> by_share(shares_.size(), std::vector<Racer>(chosen_.size()));
    for_shares([&](std::size_t share) {
      for_tiles(share, [&](std::size_t t) {
        for (std::size_t i = t * FeatureTiles::kTileAccounts;
             i < t * FeatureTiles::kTileAccounts + population_.tiles.accounts_in(t); ++i)
          offer_first(i, by_share[share]);
      });
    });
    std::vector<Racer> leaders(chosen_.size());
    for (const std::vector<Racer>& of_share : by_share)
      for (std::size_t s = 0; s < leaders.size(); ++s) offer(of_share[s], leaders[s]);
    return leaders;
  }

  /// All threads bring up to date what is likely to lead soon. Then a few centres are found by one thread, as each is
  /// less work than waking the others.
  void catch_up() {
    for_shares([this](std::size_t share) {
      for (std::size_t s = 0; s < chosen_.size(); ++s) {
        const std::vector<double>& time = chosen_[s].time;
        const double lately = time.back() - time[time.size() - std::min(time.size(), kCentresBetweenCatchUps)];
        shares_[share].races[s].catch_up(chosen_[s], time.back() + lately);
      }
    });
  }

  std::vector<Racer> next_leaders() {
    std::vector<Racer> leaders(chosen_.size());
    for (Share& share : shares_)
      for (std::size_t s = 0; s < chosen_.size(); ++s) offer(share.races[s].leader(chosen_[s]), leaders[s]);
    return leaders;
  }

  /// After the first centres are added: one pass for all starts.
  void enter() {
    for_shares([this](std::size_t share) {
      std::vector<Deadlines>& races = shares_[share].races;
      for_tiles(share, [&](std::size_t t) {
        for (std::size_t s = 0; s < races.size(); ++s) races[s].enter(chosen_[s], t);
      });
      for (Deadlines& deadlines : races) deadlines.line_up();
    });
  }

  /// Adds the winner among the leaders of all ranks to each start. False if nobody was left in any of the races.
  /// Collective: one message.
  bool add(const std::vector<Racer>& leaders) {
    const Field field = gather_racers(context_.comm, population_.tiles, leaders);
    const auto d = static_cast<std::ptrdiff_t>(population_.tiles.d());
    bool added = false;
    for (std::size_t s = 0; s < chosen_.size(); ++s) {
      std::size_t winner = s;
      for (std::size_t i = s; i < field.racers.size(); i += chosen_.size())
        if (ahead(field.racers[i], field.racers[winner])) winner = i;
      if (field.racers[winner].rank < 0) continue;
      added = true;
      const auto features = field.features.begin() + static_cast<std::ptrdiff_t>(winner) * d;
      chosen_[s].features.insert(chosen_[s].features.end(), features, features + d);
      chosen_[s].time.push_back(chosen_[s].time.empty() ? 0.0 : field.racers[winner].time);
    }
    return added;
  }

  std::vector<std::vector<double>> centroids() const {
    std::vector<std::vector<double>> centroids;
    for (const ChosenCentres& chosen : chosen_) centroids.emplace_back(chosen.features.begin(), chosen.features.end());
    return centroids;
  }

 private:
  struct alignas(64) Share {
    std::vector<Deadlines> races;  ///< by start
  };

  /// An account comes in at Exp(1) / w. Its draw u is taken as 1 − u, so that where all weigh alike the least u wins.
  void offer_first(std::size_t account, std::vector<Racer>& leaders) const {
    const AccountKey key = population_.keys[account];
    const double weight = population_.weight(account);
    for (std::size_t s = 0; s < chosen_.size(); ++s) {
      const std::uint64_t bits = random_bits(chosen_[s].seed, RandomPurpose::kSeedFirst, key, chosen_[s].start);
      // −log(1 − u) is no less than u: most are out of the race without a logarithm. The margin covers rounding.
      if (uniform(bits) * (1.0 - 0x1p-40) > leaders[s].time * weight) continue;
      offer({exponential(~bits) / weight, key, context_.comm.rank(), account}, leaders[s]);
    }
  }

  template <class Visit>
  void for_tiles(std::size_t share, const Visit& visit) const {
    const std::size_t n_tiles = population_.tiles.n_tiles();
    const std::size_t end = (share + 1) * n_tiles / shares_.size();
    for (std::size_t t = share * n_tiles / shares_.size(); t < end; ++t) visit(t);
  }

  template <class Visit>
  void for_shares(const Visit& visit) const {
    const auto shares = static_cast<std::int64_t>(shares_.size());
#pragma omp parallel for schedule(static, 1) num_threads(context_.threads)
    for (std::int64_t share = 0; share < shares; ++share) visit(static_cast<std::size_t>(share));
  }

  const Context& context_;
  const lloyd::Population& population_;
  std::vector<ChosenCentres> chosen_;  ///< by start
  std::vector<Share> shares_;
};

}  // namespace

std::vector<std::vector<double>> seed_centroids(const Context& context, const lloyd::Population& population, int k,
                                                std::uint64_t seed, int first_start, int starts) {
  Seeding seeding(context, population, seed, first_start, starts);
  seeding.add(seeding.first_leaders());
  if (k > 1) seeding.enter();
  for (int centre = 1; centre < k; ++centre) {
    if (static_cast<std::size_t>(centre) % kCentresBetweenCatchUps == 0) {
      parallel::stop_together(context.comm);
      seeding.catch_up();
    }
    if (!seeding.add(seeding.next_leaders())) break;
  }
  return seeding.centroids();
}

int starts_seeded_together(int d) noexcept {
  const int within_half =
      static_cast<int>(static_cast<std::size_t>(d) * sizeof(float) / 2 / Deadlines::kBytesPerAccount);
  return std::clamp(within_half, 1, 8);
}

}  // namespace tessera
