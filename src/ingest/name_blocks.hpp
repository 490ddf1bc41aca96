#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "parallel/communicator.hpp"

namespace tessera::intake {

/// The blocks that an account belongs to, as keyed hashes; sorted, each once, kNoBlock behind them.
inline constexpr std::size_t kBlocksOfAccount = 4;
inline constexpr std::uint64_t kNoBlock = ~std::uint64_t{0};
using Blocks = std::array<std::uint64_t, kBlocksOfAccount>;

/// `words` as company_words() has them; empty: in no block. `place` folded.
[[nodiscard]] Blocks blocks_of(std::u32string_view words, std::u32string_view place, std::uint64_t seed);

/// The rank that brings a block's accounts together.
[[nodiscard]] int owner_of(std::uint64_t block, int ranks) noexcept;

/// Blocks of more than `most` accounts over all ranks.
struct CrowdedBlocks {
  std::vector<std::uint64_t> blocks;  ///< sorted; the same on every rank
  std::uint64_t members = 0;          ///< of all of them
};
/// Collective. At most a block for each `most` records of all ranks, so the answer is small.
[[nodiscard]] CrowdedBlocks crowded_blocks(const parallel::Communicator& comm, std::span<const Blocks> of_accounts,
                                           std::uint32_t most);

}  // namespace tessera::intake
