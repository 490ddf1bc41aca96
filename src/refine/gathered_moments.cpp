#include "refine/gathered_moments.hpp"

#include <oneapi/tbb/parallel_for.h>

#include "core/grid.hpp"
#include "parallel/communicator.hpp"

namespace tessera::refinement {
namespace {

/// Adds count, sums and sums of squares of the chosen lanes; all fit int64 within a range of tiles.
void add_tile_moments(const float* tile, std::size_t d, std::size_t accounts, const std::uint8_t* chosen,
                      std::int64_t* moments) {
  std::int32_t mask[FeatureTiles::kTileAccounts] = {};
  for (std::size_t lane = 0; lane < accounts; ++lane) {
    mask[lane] = -static_cast<std::int32_t>(chosen[lane]);
    moments[0] += chosen[lane];
  }
  for (std::size_t f = 0; f < d; ++f) {
    const float* x = tile + f * FeatureTiles::kTileAccounts;
    std::int64_t sum = 0;
    std::int64_t squares = 0;
    for (std::size_t lane = 0; lane < FeatureTiles::kTileAccounts; ++lane) {
      const std::int64_t units = grid_units(x[lane]) & mask[lane];
      sum += units;
      squares += units * units;
    }
    moments[1 + f] += sum;
    moments[1 + d + f] += squares;
  }
}

constexpr int kLimbBits = 40;  ///< of the low limb of a sum of squares: 2^23 ranks add without overflow

/// Adds the moments over ranks: count, sums, low limbs, high limbs.
void reduce_moments(const parallel::Communicator& comm, std::vector<Moments>& moments) {
  std::vector<std::int64_t> flat;
  for (const Moments& m : moments) {
    flat.push_back(m.n);
    flat.insert(flat.end(), m.sum.begin(), m.sum.end());
    for (const Wide squares : m.squares) {
      flat.push_back(static_cast<std::int64_t>(squares & ((Wide{1} << kLimbBits) - 1)));
      flat.push_back(static_cast<std::int64_t>(squares >> kLimbBits));
    }
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(flat));
  std::size_t at = 0;
  for (Moments& m : moments) {
    m.n = flat[at++];
    for (std::int64_t& sum : m.sum) sum = flat[at++];
    for (Wide& squares : m.squares) {
      squares = static_cast<Wide>(flat[at]) + (static_cast<Wide>(flat[at + 1]) << kLimbBits);
      at += 2;
    }
  }
}

}  // namespace

std::vector<Moments> moments_of(const Context& context, tbb::task_arena& arena, const LeafTiles& leaves,
                                std::span<const std::uint8_t* const> chosen) {
  const auto d = static_cast<std::size_t>(leaves.d());
  const std::size_t stride = 1 + 2 * d;
  const auto& ranges = leaves.ranges();
  std::vector<std::int64_t> by_range(ranges.size() * stride);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, ranges.size(), [&](std::size_t r) {
      const auto [leaf, first, last] = ranges[r];
      if (chosen[leaf] == nullptr) return;
      for (std::size_t t = first; t < last; ++t)
        add_tile_moments(leaves.tile(t), d, leaves.accounts_in(leaf, t), chosen[leaf] + t * FeatureTiles::kTileAccounts,
                         by_range.data() + r * stride);
    });
  });
  std::vector<Moments> moments(leaves.n_leaves(), Moments(leaves.d()));
  for (std::size_t r = 0; r < ranges.size(); ++r) {
    Moments& m = moments[ranges[r].leaf];
    const std::int64_t* part = by_range.data() + r * stride;
    m.n += part[0];
    for (std::size_t f = 0; f < d; ++f) {
      m.sum[f] += part[1 + f];
      m.squares[f] += part[1 + d + f];
    }
  }
  reduce_moments(context.comm, moments);
  return moments;
}

}  // namespace tessera::refinement
