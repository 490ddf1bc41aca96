#include "insight/value/places.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <compare>
#include <cstddef>

namespace tessera::insight {

namespace {

using parallel::Communicator;

/// A value as an integer that grows as the value falls, and where it stands: all are different.
struct Entrant {
  std::uint64_t order = 0;
  std::uint64_t position = 0;
  friend auto operator<=>(const Entrant&, const Entrant&) = default;  // NOLINT(modernize-use-nullptr)
};

std::uint64_t falling_order(double value) {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);  // −0 is 0
  const std::uint64_t rising = (bits & kSign) != 0 ? ~bits : bits | kSign;
  return ~rising;
}

std::vector<Entrant> sorted_entrants(std::span<const double> values, std::uint64_t first) {
  std::vector<Entrant> entrants;
  entrants.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) entrants.push_back({falling_order(values[i]), first + i});
  std::ranges::sort(entrants);
  return entrants;
}

/// Where the range of each rank but the first begins. Collective.
std::vector<Entrant> splitters(const Communicator& comm, const std::vector<Entrant>& mine) {
  const auto size = static_cast<std::size_t>(comm.size());
  std::vector<Entrant> samples;
  for (std::size_t s = 0; s < size && !mine.empty(); ++s) samples.push_back(mine[mine.size() * s / size]);
  std::vector<Entrant> all = comm.all_gather_varied(std::span<const Entrant>(samples));
  std::ranges::sort(all);
  std::vector<Entrant> begins;
  for (std::size_t rank = 1; rank < size && !all.empty(); ++rank) begins.push_back(all[all.size() * rank / size]);
  return begins;
}

template <class T>
std::vector<std::byte> bytes_of(std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return {bytes.begin(), bytes.end()};
}

template <class T>
std::vector<T> from_bytes(const std::vector<std::byte>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::ranges::copy(bytes, std::as_writable_bytes(std::span(values)).begin());
  return values;
}

/// Entrants that came from each rank, in ascending order; gives back their places in the same order. Collective.
std::vector<std::vector<std::byte>> answers(const Communicator& comm, const std::vector<std::vector<std::byte>>& came) {
  struct Arrival {
    Entrant entrant;
    std::uint32_t sender;
    std::uint64_t place_in_letter;
  };
  std::vector<Arrival> arrivals;
  std::vector<std::vector<std::int64_t>> places(came.size());
  for (std::size_t sender = 0; sender < came.size(); ++sender) {
    const std::vector<Entrant> letter = from_bytes<Entrant>(came[sender]);
    places[sender].resize(letter.size());
    for (std::size_t i = 0; i < letter.size(); ++i)
      arrivals.push_back({letter[i], static_cast<std::uint32_t>(sender), i});
  }
  std::ranges::sort(arrivals, {}, &Arrival::entrant);
  auto place = static_cast<std::int64_t>(comm.sum_of_ranks_before(arrivals.size()));
  for (const Arrival& arrival : arrivals) places[arrival.sender][arrival.place_in_letter] = ++place;
  std::vector<std::vector<std::byte>> letters;
  for (const std::vector<std::int64_t>& of_sender : places) letters.push_back(bytes_of(std::span(of_sender)));
  return letters;
}

}  // namespace

std::vector<std::int64_t> places_from_greatest(const Communicator& comm, std::span<const double> values,
                                               std::uint64_t first) {
  const std::vector<Entrant> mine = sorted_entrants(values, first);
  const std::vector<Entrant> begins = splitters(comm, mine);
  std::vector<std::vector<std::byte>> letters(static_cast<std::size_t>(comm.size()));
  auto begin = mine.begin();
  for (std::size_t rank = 0; rank < letters.size(); ++rank) {
    const auto end = rank < begins.size() ? std::lower_bound(begin, mine.end(), begins[rank]) : mine.end();
    letters[rank] = bytes_of(std::span<const Entrant>(begin, end));
    begin = end;
  }
  const std::vector<std::vector<std::byte>> back = comm.exchange(answers(comm, comm.exchange(std::move(letters))));
  std::vector<std::int64_t> places(values.size(), 0);
  auto next = mine.begin();
  for (const std::vector<std::byte>& letter : back)
    for (const std::int64_t place : from_bytes<std::int64_t>(letter)) places[(next++)->position - first] = place;
  return places;
}

}  // namespace tessera::insight
