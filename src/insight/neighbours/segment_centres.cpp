#include "insight/neighbours/segment_centres.hpp"

#include "core/grid.hpp"
#include "parallel/communicator.hpp"

namespace tessera::insight {

SegmentCentres segment_centres(const Context& context, const FeatureTiles& tiles, const Membership& members) {
  SegmentCentres centres;
  centres.d = tiles.d();
  const auto d = static_cast<std::size_t>(tiles.d());
  std::vector<std::int64_t> sums(members.table_size() * (d + 1), 0);  // the count last
#pragma omp parallel num_threads(context.threads)
  {
    std::vector<std::int64_t> mine(sums.size(), 0);
#pragma omp for schedule(static)
    for (std::size_t t = 0; t < tiles.n_tiles(); ++t) {
      const float* const tile = tiles.tile(t);
      for (std::size_t lane = 0; lane < tiles.accounts_in(t); ++lane)
        members.for_each_segment(t * FeatureTiles::kTileAccounts + lane, [&](std::size_t segment) {
          std::int64_t* const sum = &mine[segment * (d + 1)];
          for (std::size_t f = 0; f < d; ++f) sum[f] += grid_units(tile[f * FeatureTiles::kTileAccounts + lane]);
          ++sum[d];
        });
    }
#pragma omp critical
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += mine[i];
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span(sums));
  centres.means.assign(members.table_size() * d, 0.0);
  for (std::size_t segment = 0; segment < members.table_size(); ++segment) {
    const std::int64_t count = sums[segment * (d + 1) + d];
    centres.accounts.push_back(count);
    for (std::size_t f = 0; f < d && count > 0; ++f)
      centres.means[segment * d + f] =
          static_cast<double>(sums[segment * (d + 1) + f]) / static_cast<double>(count) * kGridStep;
  }
  return centres;
}

double squared_distance(std::span<const double> a, std::span<const double> b) noexcept {
  double sum = 0.0;
  for (std::size_t f = 0; f < a.size(); ++f) sum += (a[f] - b[f]) * (a[f] - b[f]);
  return sum;
}

}  // namespace tessera::insight
