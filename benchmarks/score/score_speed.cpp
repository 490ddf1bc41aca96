// How many encoded accounts a second find their core segment and the next best one: what `tessera score` does once
// features are on the grid. Writes accounts and centroids for a peer on request; prints JSON. See README.md.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/grid.hpp"
#include "core/random.hpp"
#include "core/threads.hpp"
#include "model/nearest_two.hpp"

namespace tessera::bench {
namespace {

constexpr std::uint64_t kSeed = 20260101;
constexpr int kRepeats = 7;

double normal_of(std::uint64_t row, std::uint64_t counter) {
  return normal(random_bits(kSeed, RandomPurpose::kGenerate, {0, row}, counter));
}

/// k centres from N(0, 0.6²), and accounts with unit noise about them: as case A of benchmarks/peers.
struct Case {
  FeatureTiles tiles;
  std::vector<double> centroids;
};

Case case_of(std::size_t n, int d, int k) {
  constexpr std::uint64_t kOfCentres = std::uint64_t{1} << 40;
  Case one{FeatureTiles(n, d), {}};
  for (int c = 0; c < k; ++c)
    for (int f = 0; f < d; ++f)
      one.centroids.push_back(0.6 *
                              normal_of(kOfCentres + static_cast<std::uint64_t>(c), static_cast<std::uint64_t>(f)));
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t centre = i % static_cast<std::size_t>(k);
    for (int f = 0; f < d; ++f) {
      const double x = one.centroids[centre * static_cast<std::size_t>(d) + static_cast<std::size_t>(f)] +
                       normal_of(i, static_cast<std::uint64_t>(f));
      one.tiles.set(i, f, from_grid(to_grid(x)));
    }
  }
  return one;
}

/// n × d floats, row by row, and k × d doubles.
void write_for_peer(const std::string& folder, const Case& one) {
  std::FILE* rows = std::fopen((folder + "/x.f32").c_str(), "wb");
  std::FILE* centroids = std::fopen((folder + "/c.f64").c_str(), "wb");
  if (rows == nullptr || centroids == nullptr) std::exit(74);
  std::vector<float> row(static_cast<std::size_t>(one.tiles.d()));
  for (std::size_t i = 0; i < one.tiles.n_local(); ++i) {
    for (int f = 0; f < one.tiles.d(); ++f) row[static_cast<std::size_t>(f)] = one.tiles.at(i, f);
    std::fwrite(row.data(), sizeof(float), row.size(), rows);
  }
  std::fwrite(one.centroids.data(), sizeof(double), one.centroids.size(), centroids);
  std::fclose(rows);
  std::fclose(centroids);
}

}  // namespace
}  // namespace tessera::bench

int main(int argc, char** argv) {
  using namespace tessera;
  const auto n = static_cast<std::size_t>(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
  constexpr int kFeatures = 32, kCores = 64;
  const bench::Case one = bench::case_of(n, kFeatures, kCores);
  if (argc > 2) bench::write_for_peer(argv[2], one);
  const int threads = thread_budget().threads;
  std::vector<double> seconds;
  std::int64_t sum = 0;
  for (int repeat = 0; repeat < bench::kRepeats; ++repeat) {
    const auto start = std::chrono::steady_clock::now();
    const NearestTwo two = nearest_two_cores(one.tiles, one.centroids, kCores, threads);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    sum += two.nearest.back();
  }
  std::ranges::sort(seconds);
  fmt::print(
      "{{\"accounts\": {}, \"d\": {}, \"k\": {}, \"threads\": {}, \"seconds\": {:.4f}, \"best\": {:.4f}, "
      "\"millions_a_second\": {:.1f}, \"check\": {}}}\n",
      n, kFeatures, kCores, threads, seconds[seconds.size() / 2], seconds.front(),
      static_cast<double>(n) / 1e6 / seconds[seconds.size() / 2], sum);
  return 0;
}
