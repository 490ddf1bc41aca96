#include "refine/leaf_tiles.hpp"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>

namespace tessera::refinement {
namespace {

/// Accounts that one task places: enough that its table of places by leaf costs little beside them.
constexpr std::size_t kAccountsPerChunk = 256 * FeatureTiles::kTileAccounts;

void copy_account(const FeatureTiles& from, std::size_t account, FeatureTiles& to, std::size_t slot) {
  const float* source = from.tile(account / FeatureTiles::kTileAccounts) + account % FeatureTiles::kTileAccounts;
  float* target = to.tile(slot / FeatureTiles::kTileAccounts) + slot % FeatureTiles::kTileAccounts;
  const auto values = static_cast<std::size_t>(from.d()) * FeatureTiles::kTileAccounts;
  for (std::size_t v = 0; v < values; v += FeatureTiles::kTileAccounts) target[v] = source[v];
}

}  // namespace

/// A counting sort by leaf: each chunk of accounts counts its leaves, then knows the places that are its own.
struct LeafTiles::Chunks {
  std::span<const std::int32_t> node_of, leaf_of_node;
  std::size_t n_leaves = 0;
  std::size_t n_chunks = 0;
  std::vector<std::size_t> next;  ///< n_chunks × n_leaves: counts at first, then the chunk's next slot

  Chunks(std::span<const std::int32_t> nodes, std::span<const std::int32_t> leaves, std::size_t leaf_count)
      : node_of(nodes),
        leaf_of_node(leaves),
        n_leaves(leaf_count),
        n_chunks((nodes.size() + kAccountsPerChunk - 1) / kAccountsPerChunk),
        next(n_chunks * leaf_count) {}

  template <class Visit>
  void for_each(tbb::task_arena& arena, Visit visit) {
    arena.execute([&] {
      tbb::parallel_for(std::size_t{0}, n_chunks, [&](std::size_t c) {
        const std::size_t end = std::min(node_of.size(), (c + 1) * kAccountsPerChunk);
        for (std::size_t i = c * kAccountsPerChunk; i < end; ++i) {
          const std::int32_t node = node_of[i];
          const std::int32_t leaf = node < 0 ? kNotGathered : leaf_of_node[static_cast<std::size_t>(node)];
          if (leaf != kNotGathered) visit(i, next[c * n_leaves + static_cast<std::size_t>(leaf)]);
        }
      });
    });
  }
  [[nodiscard]] std::vector<std::size_t> totals() const {
    std::vector<std::size_t> total(n_leaves);
    for (std::size_t at = 0; at < next.size(); ++at) total[at % n_leaves] += next[at];
    return total;
  }
  void counts_to_places(std::span<const std::size_t> first_tile) {
    for (std::size_t leaf = 0; leaf < n_leaves; ++leaf) {
      std::size_t place = first_tile[leaf] * FeatureTiles::kTileAccounts;
      for (std::size_t c = 0; c < n_chunks; ++c) {
        const std::size_t count = next[c * n_leaves + leaf];
        next[c * n_leaves + leaf] = place;
        place += count;
      }
    }
  }
};

LeafTiles::LeafTiles(tbb::task_arena& arena, const FeatureTiles& tiles, std::span<const std::int32_t> node_of,
                     std::span<const std::int32_t> leaf_of_node, std::size_t n_leaves, FeatureTiles memory)
    : gathered_(std::move(memory)) {
  Chunks chunks(node_of, leaf_of_node, n_leaves);
  chunks.for_each(arena, [](std::size_t, std::size_t& count) { ++count; });
  lay_out(chunks.totals());
  chunks.counts_to_places(first_tile_);
  if (gathered_.n_tiles() < first_tile_.back() || gathered_.d() != tiles.d()) {
    gathered_ = {};  // before as much again is asked for
    gathered_ = FeatureTiles(first_tile_.back() * FeatureTiles::kTileAccounts, tiles.d());
  }
  clear_unused_lanes();
  account_of_slot_.resize(first_tile_.back() * FeatureTiles::kTileAccounts);
  chunks.for_each(arena, [&](std::size_t account, std::size_t& place) {
    const std::size_t slot = place++;
    account_of_slot_[slot] = static_cast<std::uint32_t>(account);
    copy_account(tiles, account, gathered_, slot);
  });
}

void LeafTiles::lay_out(std::span<const std::size_t> accounts_in_leaf) {
  accounts_in_leaf_.assign(accounts_in_leaf.begin(), accounts_in_leaf.end());
  first_tile_.assign(1, 0);
  for (std::size_t leaf = 0; leaf < accounts_in_leaf.size(); ++leaf) {
    const std::size_t first = first_tile_.back();
    const std::size_t last =
        first + (accounts_in_leaf[leaf] + FeatureTiles::kTileAccounts - 1) / FeatureTiles::kTileAccounts;
    for (std::size_t t = first; t < last; t += kTilesPerRange)
      ranges_.push_back({leaf, t, std::min(last, t + kTilesPerRange)});
    first_tile_.push_back(last);
  }
}

void LeafTiles::clear_unused_lanes() {
  const auto width = static_cast<std::size_t>(gathered_.d());
  for (std::size_t leaf = 0; leaf < accounts_in_leaf_.size(); ++leaf) {
    if (accounts_in_leaf_[leaf] % FeatureTiles::kTileAccounts == 0) continue;
    const std::size_t last = first_tile_[leaf + 1] - 1;
    std::fill_n(gathered_.tile(last), width * FeatureTiles::kTileAccounts, 0.0F);
  }
}

std::size_t LeafTiles::accounts_in(std::size_t leaf, std::size_t t) const noexcept {
  return std::min(FeatureTiles::kTileAccounts,
                  accounts_in_leaf_[leaf] - (t - first_tile_[leaf]) * FeatureTiles::kTileAccounts);
}

}  // namespace tessera::refinement
