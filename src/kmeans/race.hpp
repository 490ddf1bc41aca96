#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "parallel/communicator.hpp"
#include "tessera/account_key.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera {

/// An account in a race: the least time wins; ties go to the lower key, then to the order of ranks and accounts.
struct Racer {
  double time = std::numeric_limits<double>::infinity();
  AccountKey key;
  std::int32_t rank = -1;  ///< −1: nobody
  std::uint64_t local = 0;
};

[[nodiscard]] bool ahead(const Racer& a, const Racer& b) noexcept;

inline void offer(const Racer& racer, Racer& best) noexcept {
  if (ahead(racer, best)) best = racer;
}

/// Racers of all ranks, as they were brought: rank by rank.
struct Field {
  std::vector<Racer> racers;
  std::vector<float> features;  ///< racers × d grid values; zeros where there is nobody
};

/// Every rank brings equally many racers, accounts of its own or nobody; all get to know all, and their features. So
/// no rank has to ask for the features of who has won. Collective: one message, of ranks × racers × (sizeof(Racer) +
/// 4 d) bytes.
[[nodiscard]] Field gather_racers(const parallel::Communicator& comm, const FeatureTiles& tiles,
                                  const std::vector<Racer>& racers);

}  // namespace tessera
