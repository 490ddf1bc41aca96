#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tessera::evolve {

/// Accounts that two segments have in common.
struct Overlap {
  std::int32_t from = 0, to = 0;
  std::int64_t accounts = 0;  ///< above 0
};

/// Pairs every `from` with one `to` at most, and the other way round, so that the accounts of all pairs together are
/// as many as they can be; only pairs of `overlaps` (each once) come into question. By `from`: its `to`, or −1. Exact
/// integers; where several answers are equally good, the lower rows of `from` are served first, with the lower `to`.
///
/// One `from` after the other is taken in by the alternating path that gains most, which keeps what there is optimal
/// (Kuhn 1955, on a sparse graph). Time: pairs × rows at the worst; with few pairs a row, as from matching_pairs(),
/// close to the number of pairs.
[[nodiscard]] std::vector<std::int32_t> best_assignment(std::int32_t n_from, std::int32_t n_to,
                                                        std::span<const Overlap> overlaps);

}  // namespace tessera::evolve
