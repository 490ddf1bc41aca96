#include "model/nearest_two.hpp"

#include <algorithm>
#include <limits>

#include "core/grid.hpp"
#include "lloyd/kernel.hpp"

namespace tessera {
namespace {

/// About the middle of the centroids. The answer does not depend on it; the nearer to the accounts, the fewer of them
/// the kernel has to look at twice.
std::vector<std::int32_t> middle_of(std::span<const double> centroids, std::size_t k, std::size_t d) {
  std::vector<std::int32_t> middle(d, 0);
  for (std::size_t f = 0; f < d; ++f) {
    double sum = 0.0;
    for (std::size_t c = 0; c < k; ++c) sum += centroids[c * d + f];
    middle[f] = to_grid(sum / static_cast<double>(k));
  }
  return middle;
}

/// One account against the centroids of its range, in double and in the order of the features, as the kernel decides.
void compare(const FeatureTiles& tiles, std::span<const double> centroids, CoreRange range, std::size_t account,
             NearestTwo& two) {
  const auto d = static_cast<std::size_t>(tiles.d());
  const float* features = tiles.tile(account / FeatureTiles::kTileAccounts) + account % FeatureTiles::kTileAccounts;
  double least = std::numeric_limits<double>::infinity(), second = least;
  for (std::int32_t c = range.begin; c < range.end; ++c) {
    const double* centroid = centroids.data() + static_cast<std::size_t>(c) * d;
    double squares = 0.0;
    for (std::size_t f = 0; f < d; ++f) {
      const double step = static_cast<double>(features[f * FeatureTiles::kTileAccounts]) - centroid[f];
      squares += step * step;
    }
    if (squares < least) {
      second = least;
      two.next_best[account] = two.nearest[account];
      least = squares;
      two.nearest[account] = c;
    } else if (squares < second) {
      second = squares;
      two.next_best[account] = c;
    }
  }
}

}  // namespace

NearestTwo nearest_two_cores(const FeatureTiles& tiles, std::span<const double> centroids, int k, int threads) {
  const auto d = static_cast<std::size_t>(tiles.d());
  const lloyd::CentroidPanel panel(k, tiles.d(), centroids, middle_of(centroids, static_cast<std::size_t>(k), d));
  NearestTwo two{std::vector<std::int32_t>(tiles.n_local()), std::vector<std::int32_t>(tiles.n_local())};
  const auto n_tiles = static_cast<std::int64_t>(tiles.n_tiles());
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t i = 0; i < n_tiles; ++i) {
    alignas(64) std::int32_t first[FeatureTiles::kTileAccounts], second[FeatureTiles::kTileAccounts];
    alignas(64) float first_score[FeatureTiles::kTileAccounts], second_score[FeatureTiles::kTileAccounts];
    const auto t = static_cast<std::size_t>(i);
    const float* next = t + 1 < tiles.n_tiles() ? tiles.tile(t + 1) : nullptr;
    lloyd::nearest_two(panel, tiles.tile(t), first, first_score, second, second_score, nullptr, next);
    std::copy_n(first, tiles.accounts_in(t), two.nearest.data() + t * FeatureTiles::kTileAccounts);
    std::copy_n(second, tiles.accounts_in(t), two.next_best.data() + t * FeatureTiles::kTileAccounts);
  }
  return two;
}

NearestTwo nearest_two_within(const FeatureTiles& tiles, std::span<const double> centroids,
                              std::span<const CoreRange> among, int threads) {
  NearestTwo two{std::vector<std::int32_t>(tiles.n_local(), -1), std::vector<std::int32_t>(tiles.n_local(), -1)};
  const auto n = static_cast<std::int64_t>(tiles.n_local());
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t i = 0; i < n; ++i) {
    const auto account = static_cast<std::size_t>(i);
    compare(tiles, centroids, among[account], account, two);
  }
  return two;
}

}  // namespace tessera
