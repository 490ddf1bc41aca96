#include "kmeans/race.hpp"

#include <cstddef>
#include <cstring>

namespace tessera {

bool ahead(const Racer& a, const Racer& b) noexcept {
  if (a.rank < 0 || b.rank < 0) return b.rank < 0 && a.rank >= 0;
  if (a.time != b.time) return a.time < b.time;
  if (a.key != b.key) return a.key < b.key;
  if (a.rank != b.rank) return a.rank < b.rank;
  return a.local < b.local;
}

Field gather_racers(const parallel::Communicator& comm, const FeatureTiles& tiles, const std::vector<Racer>& racers) {
  const auto d = static_cast<std::size_t>(tiles.d());
  const std::size_t features_bytes = d * sizeof(float), entry_bytes = sizeof(Racer) + features_bytes;
  std::vector<std::byte> mine(racers.size() * entry_bytes);
  std::vector<float> row(d);
  std::byte* to = mine.data();
  for (const Racer& racer : racers) {
    for (std::size_t f = 0; f < d; ++f) row[f] = racer.rank < 0 ? 0.0F : tiles.at(racer.local, static_cast<int>(f));
    std::memcpy(to, &racer, sizeof(Racer));
    std::memcpy(to + sizeof(Racer), row.data(), features_bytes);
    to += entry_bytes;
  }

  const std::vector<std::byte> all = comm.all_gather_equal(std::span<const std::byte>(mine));
  const std::size_t entries = all.size() / entry_bytes;
  Field field{std::vector<Racer>(entries), std::vector<float>(entries * d)};
  const std::byte* from = all.data();
  for (std::size_t i = 0; i < entries; ++i, from += entry_bytes) {
    std::memcpy(&field.racers[i], from, sizeof(Racer));
    std::memcpy(field.features.data() + i * d, from + sizeof(Racer), features_bytes);
  }
  return field;
}

}  // namespace tessera
