#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/account_key.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::choice {

/// This rank's part of some accounts, taken out of a population, or of points that never were accounts.
struct AccountSample {
  FeatureTiles tiles;
  std::vector<AccountKey> keys;
  std::vector<std::uint16_t> weights;  ///< empty: all 1
};

/// The features of some accounts, in tiles of their own. Not collective.
[[nodiscard]] FeatureTiles picked(const FeatureTiles& tiles, std::span<const std::uint32_t> accounts);

/// About `wanted` of n_global accounts, chosen by their keys; all where there are no more. Not collective.
[[nodiscard]] AccountSample sampled(const FeatureTiles& tiles, std::span<const AccountKey> keys, std::uint64_t n_global,
                                    std::uint64_t wanted, std::uint64_t seed);

/// A bootstrap sample: each account comes as often as a Poisson(1) number says that is drawn by its key (Hanley &
/// MacGibbon 2006), as its weight; those drawn 0 times are left out. Not collective.
[[nodiscard]] AccountSample resampled(const AccountSample& sample, std::uint64_t seed, std::uint64_t replicate);

/// `wanted` points, uniform in the least box that holds the sample of all ranks, an equal share of them on each rank.
/// Collective: one reduction.
[[nodiscard]] AccountSample uniform_in_box(const Context& context, const AccountSample& sample, std::uint64_t wanted,
                                           std::uint64_t seed, std::uint64_t replicate);

}  // namespace tessera::choice
