#include "insight/numbers/moments_by_segment.hpp"

#include <algorithm>

#include "insight/numbers/few_values.hpp"

namespace tessera::insight {

std::vector<parallel::Moments> moments_by_segment(const parallel::Communicator& comm, std::span<const double> values,
                                                  const Membership& members) {
  const auto few = few_values(comm, values, members);
  if (!few) return moments_of_many_values(comm, values, members);
  std::vector<parallel::Moments> moments;
  moments.reserve(members.table_size());
  for (std::size_t segment = 0; segment < members.table_size(); ++segment)
    moments.push_back(moments_of(few->values, few->of(segment)));
  return moments;
}

std::vector<parallel::Moments> moments_of_many_values(const parallel::Communicator& comm,
                                                      std::span<const double> values, const Membership& members) {
  std::vector<parallel::Moments> moments(members.table_size());
  for (const LevelMembers& level : members.levels)
    std::ranges::copy(parallel::grouped_moments(comm, values, level.place, level.n_segments),
                      moments.begin() + level.first);
  moments.back() = parallel::grouped_moments(comm, values, {}, 1).front();
  return moments;
}

}  // namespace tessera::insight
