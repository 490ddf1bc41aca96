#include "model/reported_distance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/exact_sum.hpp"
#include "parallel/agreement.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera {
namespace {

double squared_distance(std::span<const double> x, std::span<const double> c) {
  double sum = 0.0;
  for (std::size_t f = 0; f < x.size(); ++f) sum += (x[f] - c[f]) * (x[f] - c[f]);
  return sum;
}

/// Fit of one account: how much nearer its own centroid is than the next best. Two centroids at its very place tell
/// nothing: 0.
double fit_of(double own, double next) {
  return next > 0.0 ? std::clamp(1.0 - own / next, 0.0, 1.0) : 0.0;
}

}  // namespace

ReportedDistances reported_distances(const Context& context, const FeatureEncoding& encoding,
                                     const AccountTable& accounts, std::span<const std::uint32_t> rows,
                                     std::span<const double> centroids, std::span<const std::int32_t> nearest,
                                     std::span<const std::int32_t> next_best) {
  constexpr std::size_t kBlock = 16384;
  const auto d = static_cast<std::size_t>(encoding.d());
  ReportedDistances reported;
  reported.distance.resize(rows.size());
  reported.fit.assign(rows.size(), std::numeric_limits<double>::quiet_NaN());
  ExactSum inertia;
  const auto centroid = [&](std::int32_t c) { return centroids.subspan(static_cast<std::size_t>(c) * d, d); };

  parallel::run_together(context.comm, [&] {
    std::vector<double> features(std::min(rows.size(), kBlock) * d);
    std::vector<double> squares(std::min(rows.size(), kBlock));
    for (std::size_t begin = 0; begin < rows.size(); begin += kBlock) {
      const std::size_t count = std::min(kBlock, rows.size() - begin);
      encode_unrounded(encoding, accounts, rows.subspan(begin, count), std::span(features).first(count * d));
#pragma omp parallel for num_threads(context.threads) schedule(static)
      for (std::size_t i = 0; i < count; ++i) {
        const std::span<const double> x(features.data() + i * d, d);
        squares[i] = squared_distance(x, centroid(nearest[begin + i]));
        const double own = std::sqrt(squares[i]);
        reported.distance[begin + i] = own;
        if (next_best[begin + i] >= 0)
          reported.fit[begin + i] = fit_of(own, std::sqrt(squared_distance(x, centroid(next_best[begin + i]))));
      }
      for (std::size_t i = 0; i < count; ++i) inertia.add(squares[i]);
    }
  });
  reported.inertia = parallel::all_sum(context.comm, inertia);
  return reported;
}

}  // namespace tessera
