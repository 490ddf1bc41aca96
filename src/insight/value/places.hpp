#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "parallel/communicator.hpp"

namespace tessera::insight {

/// The place of each value among those of all ranks, from 1 for the greatest; equal values by their position; 0 for
/// NaN. `first` is the position of this rank's first value, and ranks in order hold ascending positions. Collective.
///
/// A sample sort: values go to the rank that holds their range, are counted there, and their places come back. The
/// ranges follow from evenly spaced samples and change no place. Each value travels once each way, 16 and 8 bytes.
[[nodiscard]] std::vector<std::int64_t> places_from_greatest(const parallel::Communicator& comm,
                                                             std::span<const double> values, std::uint64_t first);

}  // namespace tessera::insight
