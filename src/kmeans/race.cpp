#include "kmeans/race.hpp"

namespace tessera {

bool ahead(const Racer& a, const Racer& b) noexcept {
  if (a.rank < 0 || b.rank < 0) return b.rank < 0 && a.rank >= 0;
  if (a.time != b.time) return a.time < b.time;
  if (a.key != b.key) return a.key < b.key;
  if (a.rank != b.rank) return a.rank < b.rank;
  return a.local < b.local;
}

std::vector<Racer> winners(const parallel::Communicator& comm, const std::vector<Racer>& leaders) {
  const std::vector<Racer> of_ranks = comm.all_gather_varied(std::span<const Racer>(leaders));
  std::vector<Racer> best(leaders.size());
  for (std::size_t i = 0; i < of_ranks.size(); ++i) offer(of_ranks[i], best[i % best.size()]);
  return best;
}

std::vector<std::vector<float>> features_of(const parallel::Communicator& comm, const FeatureTiles& tiles,
                                            const std::vector<Racer>& accounts) {
  const auto d = static_cast<std::size_t>(tiles.d());
  std::vector<float> mine;
  for (const Racer& account : accounts) {
    if (account.rank != comm.rank()) continue;
    for (int f = 0; f < tiles.d(); ++f) mine.push_back(tiles.at(account.local, f));
  }
  const std::vector<float> all = comm.all_gather_varied(std::span<const float>(mine));

  std::vector<std::size_t> next(static_cast<std::size_t>(comm.size()) + 1);  // where each rank's rows go on
  for (const Racer& account : accounts)
    if (account.rank >= 0) next[static_cast<std::size_t>(account.rank) + 1] += d;
  for (std::size_t rank = 1; rank < next.size(); ++rank) next[rank] += next[rank - 1];

  std::vector<std::vector<float>> features(accounts.size());
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    if (accounts[i].rank < 0) continue;
    const auto row = all.begin() + static_cast<std::ptrdiff_t>(next[static_cast<std::size_t>(accounts[i].rank)]);
    features[i].assign(row, row + tiles.d());
    next[static_cast<std::size_t>(accounts[i].rank)] += d;
  }
  return features;
}

}  // namespace tessera
