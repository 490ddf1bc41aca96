#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lloyd/population.hpp"
#include "tessera/context.hpp"

namespace tessera {

/// The dense pass that has the last word: every account against every stored centroid.
struct LastPass {
  std::vector<std::int32_t> nearest;    ///< n_local
  std::vector<std::int32_t> next_best;  ///< n_local; −1 if k = 1
  std::vector<std::int64_t> accounts;   ///< k, over all ranks
};

/// Collective. `centroids` is k × d grid values.
[[nodiscard]] LastPass last_pass(const Context& context, const lloyd::Population& population, int k,
                                 std::span<const double> centroids);

}  // namespace tessera
