#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "../lloyd/grid_accounts.hpp"
#include "core/random.hpp"

namespace tessera::test {

/// The races of k-means++ run plainly, in one process: every account meets every centre, and its deadline is kept.
/// Where all weigh alike, the first is that of the least draw.
inline std::vector<double> serial_seeds(const GridAccounts& accounts, int k, std::uint64_t seed, int start) {
  const auto draw = [&](RandomPurpose purpose, std::size_t i) {
    return random_bits(seed, purpose, accounts.keys[i], static_cast<std::uint64_t>(start));
  };
  std::vector<float> squared(accounts.n(), INFINITY);
  std::vector<double> deadline(accounts.n()), centroids;
  for (std::size_t i = 0; i < accounts.n(); ++i)
    deadline[i] = accounts.weights.empty() ? uniform(draw(RandomPurpose::kSeedFirst, i))
                                           : exponential(~draw(RandomPurpose::kSeedFirst, i)) / accounts.weight(i);
  for (int centre = 0; centre < k; ++centre) {
    const auto winner = static_cast<std::size_t>(std::min_element(deadline.begin(), deadline.end()) - deadline.begin());
    const double now = deadline[winner];
    if (now == INFINITY) break;
    for (int f = 0; f < accounts.d; ++f) centroids.push_back(accounts.at(winner, f));
    for (std::size_t i = 0; i < accounts.n(); ++i) {
      float sum = 0.0F;
      for (int f = 0; f < accounts.d; ++f) {
        const float difference = accounts.at(i, f) - accounts.at(winner, f);
        sum = std::fma(difference, difference, sum);
      }
      const float before = std::exchange(squared[i], std::min(squared[i], sum));
      if (squared[i] == 0.0F) {
        deadline[i] = INFINITY;
      } else if (centre == 0) {
        deadline[i] = exponential(draw(RandomPurpose::kSeedNext, i)) / (double{squared[i]} * accounts.weight(i));
      } else if (squared[i] < before) {
        deadline[i] = std::max(deadline[i], now + (deadline[i] - now) * (static_cast<double>(before) / squared[i]));
      }
    }
  }
  return centroids;
}

}  // namespace tessera::test
