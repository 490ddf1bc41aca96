#include "insight/lookalike/closest.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <string>

#include "insight/lookalike/levels.hpp"

namespace tessera::insight {

namespace {

/// The greater the level the smaller, so that the first in order are the closest.
struct Candidate {
  std::int64_t falling_level = 0;
  std::uint64_t position = 0;                                             ///< in the canonical order of all accounts
  friend auto operator<=>(const Candidate&, const Candidate&) = default;  // NOLINT(modernize-use-nullptr)
};

void keep_first(std::vector<Candidate>& candidates) {
  const std::size_t most = std::min(kMostClosest, candidates.size());
  std::ranges::partial_sort(candidates, candidates.begin() + static_cast<std::ptrdiff_t>(most));
  candidates.resize(most);
}

}  // namespace

std::vector<CloseProspect> closest_prospects(const parallel::Communicator& comm, const AccountTable& accounts,
                                             const Training& training, std::span<const std::int32_t> levels) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (training.is_contactable[training.prospects[i]] != 0)
      candidates.push_back({-std::int64_t{levels[i]}, accounts.first_global + training.prospects[i]});
  keep_first(candidates);
  candidates = comm.all_gather_varied(std::span<const Candidate>(candidates));
  keep_first(candidates);

  // Each rank tells the ids of its own; they come in rank order, which is that of positions.
  std::vector<std::size_t> by_position(candidates.size());
  for (std::size_t i = 0; i < by_position.size(); ++i) by_position[i] = i;
  std::ranges::sort(by_position, {}, [&](std::size_t i) { return candidates[i].position; });
  std::vector<std::string> mine;
  for (const std::size_t i : by_position) {
    const std::uint64_t position = candidates[i].position;
    if (position >= accounts.first_global && position - accounts.first_global < accounts.n_local)
      mine.push_back(accounts.id(static_cast<std::size_t>(position - accounts.first_global)));
  }
  const std::vector<std::string> ids = comm.all_gather_texts(mine);
  std::vector<CloseProspect> closest(candidates.size());
  for (std::size_t place = 0; place < by_position.size(); ++place) {
    const std::size_t i = by_position[place];
    closest[i] = {ids[place], likeness_at(static_cast<std::int32_t>(-candidates[i].falling_level))};
  }
  return closest;
}

}  // namespace tessera::insight
