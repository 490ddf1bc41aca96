// What all threads together can do at most: float multiply-adds and reading. Printed as JSON, for the plot of the
// peers.

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>

#include "kernels/fma_peak.hpp"

namespace tessera::bench {
namespace {

constexpr int kTries = 50;

/// The most that `work` did a second in any try; `work` gives the amount.
template <class Work>
double best_rate(const Work& work) {
  double best = 0.0;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const auto start = std::chrono::steady_clock::now();
    const double amount = work();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, amount / seconds.count());
  }
  return best;
}

/// Operations a second.
double fma_roof() {
  return best_rate([] {
    double operations = 0.0;
#pragma omp parallel reduction(+ : operations)
    operations += multiply_adds(200'000);
    return operations;
  });
}

/// Bytes a second that all threads read of memory: of 1 GiB, more than any cache holds, touched by its readers first.
double read_roof() {
  constexpr std::int64_t kWords = std::int64_t{1} << 27;
  const std::unique_ptr<std::uint64_t[]> words = std::make_unique_for_overwrite<std::uint64_t[]>(kWords);
#pragma omp parallel for schedule(static)
  for (std::int64_t i = 0; i < kWords; ++i) words[static_cast<std::size_t>(i)] = 1;
  std::uint64_t sum = 0;
  const double rate = best_rate([&] {
#pragma omp parallel for simd schedule(static) reduction(+ : sum)
    for (std::int64_t i = 0; i < kWords; ++i) sum += words[static_cast<std::size_t>(i)];
    return 8.0 * static_cast<double>(kWords);
  });
  return sum == static_cast<std::uint64_t>(kTries) * kWords ? rate : 0.0;  // the sum is used, or nothing need be read
}

}  // namespace
}  // namespace tessera::bench

int main() {
  const double flops = tessera::bench::fma_roof();
  const double bytes = tessera::bench::read_roof();
  fmt::print("{{\"threads\": {}, \"gflop_s\": {:.1f}, \"read_gb_s\": {:.1f}}}\n", omp_get_max_threads(), flops * 1e-9,
             bytes * 1e-9);
}
