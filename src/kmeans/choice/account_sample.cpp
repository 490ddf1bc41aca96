#include "kmeans/choice/account_sample.hpp"

#include <algorithm>
#include <limits>

#include "core/grid.hpp"
#include "core/random.hpp"
#include "parallel/communicator.hpp"

namespace tessera::choice {
namespace {

/// The least and the largest value of each feature over all ranks.
struct Box {
  std::vector<double> low, high;
};

Box box_of(const Context& context, const FeatureTiles& tiles) {
  const auto d = static_cast<std::size_t>(tiles.d());
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Box box{std::vector<double>(d, kInfinity), std::vector<double>(d, -kInfinity)};
  for (std::size_t i = 0; i < tiles.n_local(); ++i) {
    for (std::size_t f = 0; f < d; ++f) {
      const double value = static_cast<double>(tiles.at(i, static_cast<int>(f)));
      box.low[f] = std::min(box.low[f], value);
      box.high[f] = std::max(box.high[f], value);
    }
  }
  context.comm.all_reduce<parallel::Reduce::kMin>(std::span<double>(box.low));
  context.comm.all_reduce<parallel::Reduce::kMax>(std::span<double>(box.high));
  return box;
}

/// Poisson(1) by inversion: how many partial sums of e^-1 / i! the number lies above.
std::uint16_t times_drawn(double u) {
  double term = 0x1.78b56362cef38p-2;  // e^-1
  double sum = term;
  std::uint16_t times = 0;
  while (u > sum && times < 16) {
    ++times;
    term /= times;
    sum += term;
  }
  return times;
}

}  // namespace

FeatureTiles picked(const FeatureTiles& tiles, std::span<const std::uint32_t> accounts) {
  FeatureTiles some(accounts.size(), tiles.d());
  for (std::size_t i = 0; i < accounts.size(); ++i)
    for (int f = 0; f < tiles.d(); ++f) some.set(i, f, tiles.at(accounts[i], f));
  return some;
}

AccountSample sampled(const FeatureTiles& tiles, std::span<const AccountKey> keys, std::uint64_t n_global,
                      std::uint64_t wanted, std::uint64_t seed) {
  const double share = static_cast<double>(wanted) / static_cast<double>(std::max<std::uint64_t>(n_global, 1));
  AccountSample sample;
  std::vector<std::uint32_t> accounts;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (wanted < n_global && uniform(random_bits(seed, RandomPurpose::kSample, keys[i], 0)) > share) continue;
    accounts.push_back(static_cast<std::uint32_t>(i));
    sample.keys.push_back(keys[i]);
  }
  sample.tiles = picked(tiles, accounts);
  return sample;
}

AccountSample resampled(const AccountSample& sample, std::uint64_t seed, std::uint64_t replicate) {
  AccountSample again;
  std::vector<std::uint32_t> accounts;
  for (std::size_t i = 0; i < sample.keys.size(); ++i) {
    const auto times = times_drawn(uniform(random_bits(seed, RandomPurpose::kBootstrap, sample.keys[i], replicate)));
    if (times == 0) continue;
    accounts.push_back(static_cast<std::uint32_t>(i));
    again.keys.push_back(sample.keys[i]);
    again.weights.push_back(times);
  }
  again.tiles = picked(sample.tiles, accounts);
  return again;
}

AccountSample uniform_in_box(const Context& context, const AccountSample& sample, std::uint64_t wanted,
                             std::uint64_t seed, std::uint64_t replicate) {
  const Box box = box_of(context, sample.tiles);
  const auto rank = static_cast<std::uint64_t>(context.comm.rank());
  const auto ranks = static_cast<std::uint64_t>(context.comm.size());
  const std::uint64_t begin = wanted * rank / ranks, end = wanted * (rank + 1) / ranks;
  AccountSample points;
  points.tiles = FeatureTiles(end - begin, sample.tiles.d());
  for (std::uint64_t point = begin; point < end; ++point) {
    points.keys.push_back({replicate, point});
    for (int f = 0; f < sample.tiles.d(); ++f) {
      const double low = box.low[static_cast<std::size_t>(f)], high = box.high[static_cast<std::size_t>(f)];
      const double u =
          uniform(random_bits(seed, RandomPurpose::kReference, points.keys.back(), static_cast<std::uint64_t>(f)));
      points.tiles.set(point - begin, f, from_grid(to_grid(low + u * (high - low))));
    }
  }
  return points;
}

}  // namespace tessera::choice
