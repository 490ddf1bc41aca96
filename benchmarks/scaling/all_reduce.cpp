// What one reduction of k-means costs by itself: k × (d + 1) int64 over all ranks, time after time. Run under mpirun;
// prints JSON. See README.md.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "parallel/communicator.hpp"
#include "parallel/session.hpp"

namespace tessera::bench {
namespace {

constexpr int kTries = 5;

/// Of `iterations` reductions one after another, in seconds on the slowest rank.
double seconds_of_reductions(const parallel::Communicator& comm, std::size_t numbers, int iterations) {
  std::vector<std::int64_t> message(numbers, 0);
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(message));  // the first one connects the ranks
  comm.barrier();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < iterations; ++i) comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(message));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return comm.all_reduce<parallel::Reduce::kMax>(seconds.count());
}

/// The median of a few tries.
double median_seconds(const parallel::Communicator& comm, std::size_t numbers, int iterations) {
  std::array<double, kTries> tries{};
  for (double& seconds : tries) seconds = seconds_of_reductions(comm, numbers, iterations);
  std::ranges::sort(tries);
  return tries[kTries / 2];
}

}  // namespace
}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::parallel::Session session(&argc, &argv);
  const int k = argc == 4 ? std::atoi(argv[1]) : 0;
  const int d = argc == 4 ? std::atoi(argv[2]) : 0;
  const int iterations = argc == 4 ? std::atoi(argv[3]) : 0;
  const tessera::parallel::Communicator& comm = session.world();
  if (k < 1 || d < 1 || iterations < 1) {
    if (comm.is_root()) fmt::print(stderr, "usage: bench_all_reduce K D ITERATIONS, each at least 1\n");
    return 64;
  }
  const std::size_t numbers = static_cast<std::size_t>(k) * (static_cast<std::size_t>(d) + 1);
  const double seconds = tessera::bench::median_seconds(comm, numbers, iterations);
  if (comm.is_root()) fmt::print("{{\"ranks\": {}, \"seconds\": {:.9f}}}\n", comm.size(), seconds);
  return 0;
}
