// How near the kernels run to what the core can do: see README.md.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <random>
#include <vector>

#include "core/grid.hpp"
#include "kernels/fma_peak.hpp"
#include "lloyd/bounds.hpp"
#include "lloyd/kernel.hpp"

namespace tessera::bench {
namespace {

constexpr std::size_t kTile = FeatureTiles::kTileAccounts;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Operations a second, the best of a few short tries.
double fma_peak() {
  double best = 0.0;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const double start = cpu_seconds();
    const double operations = multiply_adds(100'000);
    best = std::max(best, operations / (cpu_seconds() - start));
  }
  return best;
}

/// Overlapping Gaussians, as the cases A, B, C and F of the peers: k centres N(0, spread²), unit noise, rounded to the
/// grid.
struct Overlapping {
  Overlapping(std::size_t n, int d_in, int k_in, double spread) : d(d_in), k(k_in), tiles(n, d_in) {
    std::mt19937_64 engine(7);
    std::normal_distribution<double> normal;
    for (int i = 0; i < k * d; ++i) centroids.push_back(spread * normal(engine));
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t centre = i % static_cast<std::size_t>(k) * static_cast<std::size_t>(d);
      for (int f = 0; f < d; ++f) {
        const double value = centroids[centre + static_cast<std::size_t>(f)] + normal(engine);
        tiles.set(i, f, from_grid(to_grid(std::clamp(value, -7.5, 7.5))));
      }
    }
  }
  int d, k;
  FeatureTiles tiles;
  std::vector<double> centroids;
};

lloyd::CentroidPanel panel_of(const Overlapping& data) {
  return {data.k, data.d, data.centroids, std::vector<std::int32_t>(static_cast<std::size_t>(data.d), 12'345)};
}

/// GFLOP/s of the multiply-adds that a plain pass over all centroids needs, and that as a share of the peak measured
/// just before. Of a pass in bf16 it may be more than one.
void report(benchmark::State& state, const Overlapping& data, double peak) {
  const double operations = 2.0 * static_cast<double>(data.tiles.n_local()) * data.d * data.k;
  using benchmark::Counter;
  state.counters["flops"] = Counter(operations, Counter::kIsIterationInvariantRate);
  state.counters["of_peak"] = Counter(operations / peak, Counter::kIsIterationInvariantRate);
  state.counters["peak"] = Counter(peak);
}

double spread_of(int d, int k) {
  return k <= 16 ? 0.8 : d <= 32 ? 0.6 : 0.45;
}

enum class Way { kFloat, kBf16, kChosen };

template <Way kWay>
void nearest_pass(benchmark::State& state) {
  const int d = static_cast<int>(state.range(0)), k = static_cast<int>(state.range(1));
  const Overlapping data(64 * kTile, d, k, spread_of(d, k));
  const lloyd::CentroidPanel panel = panel_of(data);
  if (kWay == Way::kBf16 && !lloyd::has_first_pass(panel)) {
    state.SkipWithError("no first pass here");
    return;
  }
  const double peak = fma_peak();
  std::int32_t index[kTile];
  lloyd::Bf16Left left;
  for (auto _ : state) {
    left = {};
    for (std::size_t t = 0; t < data.tiles.n_tiles(); ++t) {
      if (kWay == Way::kFloat) lloyd::nearest_by_float(panel, data.tiles.tile(t), index);
      if (kWay == Way::kChosen) lloyd::nearest(panel, data.tiles.tile(t), index);
      if (kWay == Way::kBf16) {
        const lloyd::Bf16Left of_tile = lloyd::nearest_by_bf16(panel, data.tiles.tile(t), index);
        left.accounts += of_tile.accounts;
        left.groups += of_tile.groups;
      }
      benchmark::DoNotOptimize(index[0]);
    }
  }
  report(state, data, peak);
  if (kWay == Way::kBf16) {
    const auto accounts = static_cast<double>(data.tiles.n_local());
    state.counters["left"] = static_cast<double>(left.accounts) / accounts;
    state.counters["groups"] = static_cast<double>(left.groups) / accounts;
  }
}

/// The bounds of 4 million accounts that all hold enough: what a late iteration does. More than the caches have room
/// for.
void filter_pass(benchmark::State& state) {
  constexpr std::size_t kTiles = 65'536;
  constexpr int kD = 32, kK = 64;
  constexpr double kBytesAnAccount = 16.0;  // two gaps, the rival, the cluster
  state.SetLabel(lloyd::simd_target());
  lloyd::Bounds bounds(kTiles, kD);
  std::vector<std::int32_t> cluster(kTiles * kTile);
  for (std::size_t i = 0; i < cluster.size(); ++i) cluster[i] = static_cast<std::int32_t>(i % kK);
  for (std::size_t t = 0; t < kTiles; ++t) {
    const lloyd::HeldTile held = bounds.held(t);
    std::fill_n(held.against_rival, kTile, 100.0F);
    std::fill_n(held.against_others, kTile, 100.0F);
    std::fill_n(held.rival, kTile, static_cast<std::int32_t>(t % kK));
  }
  std::vector<double> before(kK * kD), after(kK * kD, 1e-3);
  bounds.spend(before, after);
  for (auto _ : state) {
    std::uint64_t spent = 0;
    for (std::size_t t = 0; t < kTiles; ++t) spent |= bounds.spent_lanes(t, cluster.data() + t * kTile);
    benchmark::DoNotOptimize(spent);
  }
  state.counters["bytes"] = benchmark::Counter(kBytesAnAccount * static_cast<double>(cluster.size()),
                                               benchmark::Counter::kIsIterationInvariantRate);
}

void shapes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"d", "k"});
  for (const auto& [d, k] : {std::pair{64, 256}, {32, 64}, {16, 16}, {64, 1000}, {16, 1000}}) benchmark->Args({d, k});
}

}  // namespace
}  // namespace tessera::bench

BENCHMARK(tessera::bench::nearest_pass<tessera::bench::Way::kFloat>)
    ->Name("nearest_by_float")
    ->Apply(tessera::bench::shapes);
BENCHMARK(tessera::bench::nearest_pass<tessera::bench::Way::kBf16>)
    ->Name("nearest_by_bf16")
    ->Apply(tessera::bench::shapes);
BENCHMARK(tessera::bench::nearest_pass<tessera::bench::Way::kChosen>)->Name("nearest")->Apply(tessera::bench::shapes);
BENCHMARK(tessera::bench::filter_pass)->Name("filter_pass")->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
