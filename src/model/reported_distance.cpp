#include "model/reported_distance.hpp"

#include <algorithm>
#include <cmath>

#include "core/special_numbers.hpp"
#include "model/block_encoder.hpp"
#include "parallel/agreement.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera {
namespace {

double squared_distance(std::span<const double> x, const double* c) {
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

DistanceMeter::DistanceMeter(std::span<const double> centroids, int d, int threads)
    : centroids_(centroids), d_(static_cast<std::size_t>(d)), threads_(threads) {}

void DistanceMeter::measure(std::span<const double> features, std::span<const std::int32_t> nearest,
                            std::span<const std::int32_t> next_best, ReportedDistances& reported) {
  const std::size_t n = nearest.size();
  const std::size_t first = reported.distance.size();
  reported.distance.resize(first + n, kNaN);
  reported.fit.resize(first + n, kNaN);
  squares_.assign(n, 0.0);
  const auto square = [&](std::size_t i, std::int32_t c) {
    return squared_distance(features.subspan(i * d_, d_), centroids_.data() + static_cast<std::size_t>(c) * d_);
  };
#pragma omp parallel for num_threads(threads_) schedule(static)
  for (std::size_t i = 0; i < n; ++i) {
    if (nearest[i] < 0) continue;
    squares_[i] = square(i, nearest[i]);
    const double own = std::sqrt(squares_[i]);
    reported.distance[first + i] = own;
    if (next_best[i] >= 0) reported.fit[first + i] = fit_of(own, std::sqrt(square(i, next_best[i])));
  }
  for (const double squared : squares_) inertia_.add(squared);
}

std::size_t accounts_at_once(int d) noexcept {
  constexpr std::size_t kMost = 16384, kCells = std::size_t{1} << 22;
  constexpr std::size_t kBlock = CellReader::kBlock;
  const std::size_t n = kCells / std::max<std::size_t>(1, static_cast<std::size_t>(d));
  return std::clamp(n / kBlock * kBlock, kBlock, kMost);
}

ReportedDistances reported_distances(const Context& context, const FeatureEncoding& encoding,
                                     const AccountTable& accounts, std::span<const std::uint32_t> rows,
                                     std::span<const double> centroids, std::span<const std::int32_t> nearest,
                                     std::span<const std::int32_t> next_best) {
  ReportedDistances reported;
  reported.distance.reserve(rows.size());
  reported.fit.reserve(rows.size());
  DistanceMeter meter(centroids, encoding.d(), context.threads);
  parallel::run_together(context.comm, [&] {
    BlockEncoder encoder(encoding, accounts);
    const std::size_t at_once = accounts_at_once(encoding.d());
    std::vector<double> features;
    for (std::size_t begin = 0; begin < rows.size(); begin += at_once) {
      const std::size_t n = std::min(at_once, rows.size() - begin);
      features.resize(n * static_cast<std::size_t>(encoding.d()));
      encoder.encode(rows.subspan(begin, n), context.threads, {nullptr, features, {}});
      meter.measure(features, nearest.subspan(begin, n), next_best.subspan(begin, n), reported);
    }
  });
  reported.inertia = parallel::all_sum(context.comm, meter.inertia());
  return reported;
}

}  // namespace tessera
