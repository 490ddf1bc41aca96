#pragma once

#include <oneapi/tbb/task_arena.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "tessera/feature_tiles.hpp"

namespace tessera::refinement {

/// This rank's accounts of some leaves, gathered leaf by leaf so that a tile holds accounts of one leaf only. A *slot*
/// is a place in the gathered tiles: tile · kTileAccounts + lane. Slots past a leaf's last account are zero and unused.
/// A rank holds fewer than 2^32 accounts.
class LeafTiles {
 public:
  /// A task's worth of one leaf's tiles, [first, last): small enough that leaves of any skew share the threads evenly,
  /// and that a task's integer sums of squares stay below 2^63.
  struct Range {
    std::size_t leaf = 0;
    std::size_t first = 0, last = 0;
  };
  static constexpr std::size_t kTilesPerRange = 64;
  static constexpr std::int32_t kNotGathered = -1;

  /// `node_of` is the node of every account (−1: none), `leaf_of_node` the number in [0, n_leaves) of the nodes to
  /// gather. `memory` is that of tiles that are done with (release()), used again where it is large enough: fresh
  /// memory costs as much as filling it.
  LeafTiles(tbb::task_arena& arena, const FeatureTiles& tiles, std::span<const std::int32_t> node_of,
            std::span<const std::int32_t> leaf_of_node, std::size_t n_leaves, FeatureTiles memory = {});
  [[nodiscard]] FeatureTiles release() && noexcept { return std::move(gathered_); }

  [[nodiscard]] int d() const noexcept { return gathered_.d(); }
  [[nodiscard]] std::size_t n_leaves() const noexcept { return accounts_in_leaf_.size(); }
  [[nodiscard]] std::size_t n_slots() const noexcept { return account_of_slot_.size(); }
  [[nodiscard]] const std::vector<Range>& ranges() const noexcept { return ranges_; }
  [[nodiscard]] const float* tile(std::size_t t) const noexcept { return gathered_.tile(t); }
  /// Lanes in use of tile t, which is of this leaf.
  [[nodiscard]] std::size_t accounts_in(std::size_t leaf, std::size_t t) const noexcept;
  [[nodiscard]] std::uint32_t account_of_slot(std::size_t slot) const noexcept { return account_of_slot_[slot]; }

 private:
  struct Chunks;
  void lay_out(std::span<const std::size_t> accounts_in_leaf);
  void clear_unused_lanes();

  std::vector<std::size_t> accounts_in_leaf_;
  std::vector<std::size_t> first_tile_;  ///< n_leaves + 1
  std::vector<Range> ranges_;
  FeatureTiles gathered_;
  std::vector<std::uint32_t> account_of_slot_;
};

}  // namespace tessera::refinement
