#pragma once

#include <span>
#include <vector>

#include "insight/lookalike/training.hpp"

namespace tessera::insight {

inline constexpr std::size_t kMostClosest = 100;

/// The contactable prospects of highest level over all ranks, the highest first, equal ones by account key. `levels`
/// are of `training.prospects`. Collective; the same on every rank.
[[nodiscard]] std::vector<CloseProspect> closest_prospects(const parallel::Communicator& comm,
                                                           const AccountTable& accounts, const Training& training,
                                                           std::span<const std::int32_t> levels);

}  // namespace tessera::insight
