#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "lloyd/population.hpp"
#include "random_tiles.hpp"

/// Random populations and centroids that move, for the tests of whatever skips work.
namespace tessera::test {

inline std::uint64_t below(std::mt19937_64& engine, std::uint64_t bound) {
  return engine() % bound;
}

/// What a plain loop in double finds for every account.
inline std::vector<std::int32_t> brute(const lloyd::Population& population, int k,
                                       const std::vector<double>& centroids) {
  const FeatureTiles& tiles = population.tiles;
  const auto d = static_cast<std::size_t>(tiles.d());
  std::vector<std::int32_t> found(tiles.n_local());
  std::vector<double> by_feature(centroids.size());
  const auto clusters = static_cast<std::size_t>(k);
  for (std::size_t j = 0; j < clusters; ++j)
    for (std::size_t f = 0; f < d; ++f) by_feature[f * clusters + j] = centroids[j * d + f];
  std::vector<double> squared(clusters);
  for (std::size_t i = 0; i < tiles.n_local(); ++i) {
    std::ranges::fill(squared, 0.0);
    for (std::size_t f = 0; f < d; ++f) {
      const double x = tiles.at(i, static_cast<int>(f));
      const double* c = by_feature.data() + f * clusters;
      for (std::size_t j = 0; j < clusters; ++j) squared[j] += (x - c[j]) * (x - c[j]);
    }
    found[i] = static_cast<std::int32_t>(std::ranges::min_element(squared) - squared.begin());
  }
  return found;
}

/// How the centroids go on: to the means of their accounts, or astray by a step of any size.
inline void move_centroids(std::mt19937_64& engine, const FeatureTiles& tiles,
                           const std::vector<std::int32_t>& assignment, int k, std::vector<double>& centroids) {
  const auto d = static_cast<std::size_t>(tiles.d());
  const std::uint64_t way = below(engine, 4);
  for (std::size_t j = 0; j < static_cast<std::size_t>(k); ++j) {
    const double step = std::ldexp(1.0, -static_cast<int>(below(engine, 26)));
    for (std::size_t f = 0; f < d; ++f) {
      double& value = centroids[j * d + f];
      if (way == 0) {
        value += step * (static_cast<double>(engine() >> 11) * 0x1p-52 - 1.0);
      } else if (way < 3 || below(engine, 3) == 0) {
        double sum = 0.0, n = 0.0;
        for (std::size_t i = 0; i < assignment.size(); ++i)
          if (assignment[i] == static_cast<std::int32_t>(j)) sum += tiles.at(i, static_cast<int>(f)), n += 1.0;
        if (n > 0.0) value = sum / n;
      }
      value = std::clamp(value, -7.99, 7.99);
    }
  }
}

/// Of all sizes and scales: from a few grid units (full of ties and equal accounts) to the whole range, near the origin
/// and far from it, spread evenly or in clusters, centroids on accounts or anywhere.
inline FeatureTiles some_tiles(std::mt19937_64& engine) {
  const int d = 1 + static_cast<int>(below(engine, below(engine, 4) == 0 ? 40 : 6));
  const std::size_t n = 1 + below(engine, below(engine, 8) == 0 ? 3000 : 300);
  const auto spread = static_cast<std::int32_t>(1 + below(engine, std::uint64_t{1} << below(engine, 22)));
  const auto centre =
      static_cast<std::int32_t>(below(engine, 2) * below(engine, static_cast<std::uint64_t>(kGridLimit - 2 * spread)));
  FeatureTiles tiles = random_tiles(n, d, engine(), centre, spread / 4);
  const std::uint64_t clusters = below(engine, 8);
  for (std::size_t i = 0; i < n && clusters > 0; ++i) {
    for (int f = 0; f < d; ++f) {
      const auto shift = static_cast<std::int32_t>((i % clusters * 7919 + static_cast<std::size_t>(f) * 104729) %
                                                   static_cast<std::size_t>(spread));
      tiles.set(i, f, tiles.at(i, f) + from_grid(shift));
    }
  }
  return tiles;
}

inline std::vector<double> some_centroids(std::mt19937_64& engine, const FeatureTiles& tiles, int k) {
  std::vector<double> centroids;
  for (int j = 0; j < k; ++j) {
    const std::size_t account = below(engine, tiles.n_local());
    for (int f = 0; f < tiles.d(); ++f) centroids.push_back(tiles.at(account, f));
  }
  return centroids;
}

inline lloyd::Population population_of(const FeatureTiles& tiles) {
  std::vector<std::int32_t> origin;
  origin.reserve(static_cast<std::size_t>(tiles.d()));
  for (int f = 0; f < tiles.d(); ++f) origin.push_back(grid_units(tiles.at(0, f)));
  return {tiles, {}, tiles.n_local(), origin, 0};
}

}  // namespace tessera::test
