#pragma once

#include <cstdint>
#include <span>

#include "tessera/context.hpp"

namespace tessera::choice {

/// Two partitions of the same accounts: how much of a segment of the first is found again in the second, as the mean
/// over the first's segments of the largest Jaccard index with any of the second's, from 0 to 1 (Hennig 2007). Segments
/// without accounts do not count; NaN if there are none. Collective.
[[nodiscard]] double mean_jaccard(const Context& context, std::span<const std::int32_t> first, int k_first,
                                  std::span<const std::int32_t> second, int k_second);

}  // namespace tessera::choice
