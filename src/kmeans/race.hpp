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

/// The winners of several races at once, given this rank's leader in each: on every rank. Collective.
[[nodiscard]] std::vector<Racer> winners(const parallel::Communicator& comm, const std::vector<Racer>& leaders);

/// The features of accounts of any ranks, on every rank: d grid values each, none where there is nobody. Collective.
[[nodiscard]] std::vector<std::vector<float>> features_of(const parallel::Communicator& comm, const FeatureTiles& tiles,
                                                          const std::vector<Racer>& accounts);

}  // namespace tessera
