// What part of a cold k-means' time a warm one takes on a night when a few accounts have changed, and at what inertia:
// in turn, on the same tiles, in this process. Runs under mpirun as well; prints JSON. See README.md.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "core/grid.hpp"
#include "core/random.hpp"
#include "core/threads.hpp"
#include "parallel/communicator.hpp"
#include "parallel/session.hpp"
#include "tessera/context.hpp"
#include "tessera/kmeans.hpp"

namespace tessera::bench {
namespace {

constexpr std::uint64_t kSeed = 20260101;
constexpr int kCores = 16, kPlanted = 24;
constexpr int kRepeats = 3;

struct Accounts {
  FeatureTiles tiles;
  std::vector<AccountKey> keys;
};

double normal_of(std::uint64_t row, std::uint64_t counter) {
  return normal(random_bits(kSeed, RandomPurpose::kGenerate, {0, row}, counter));
}

/// A rank's share of a night. Blobs overlap and are more than the segments, as accounts' are; on another night `share`
/// of the accounts have drawn anew: another blob, other noise.
Accounts night_of(const parallel::Communicator& comm, std::uint64_t n_global, int d, double share) {
  const auto rank = static_cast<std::uint64_t>(comm.rank()), ranks = static_cast<std::uint64_t>(comm.size());
  const std::uint64_t first = n_global * rank / ranks, last = n_global * (rank + 1) / ranks;
  constexpr std::uint64_t kOfBlobs = std::uint64_t{1} << 40, kAnew = std::uint64_t{1} << 41;
  Accounts night{FeatureTiles(last - first, d), {}};
  for (std::uint64_t row = first; row < last; ++row) {
    const bool is_new = uniform(random_bits(kSeed, RandomPurpose::kSample, {0, row}, 0)) < share;
    const std::uint64_t draw = is_new ? kAnew + row : row;
    const auto blob =
        static_cast<std::uint64_t>(kPlanted * uniform(random_bits(kSeed, RandomPurpose::kSample, {0, draw}, 1)));
    for (int f = 0; f < d; ++f) {
      const auto feature = static_cast<std::uint64_t>(f);
      night.tiles.set(row - first, f,
                      from_grid(to_grid(0.7 * normal_of(kOfBlobs + blob, feature) + 0.7 * normal_of(draw, feature))));
    }
    night.keys.push_back({0, row});
  }
  return night;
}

struct Timed {
  Clustering clustering;
  std::vector<double> seconds;
};

void cluster(const Context& context, const Accounts& night, const std::vector<double>& initial, Timed& timed) {
  KmeansOptions options;
  options.k = kCores;
  options.seed = kSeed;
  options.initial = initial;
  context.comm.barrier();
  const auto start = std::chrono::steady_clock::now();
  timed.clustering = kmeans(context, night.tiles, night.keys, options);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  timed.seconds.push_back(context.comm.all_reduce<parallel::Reduce::kMax>(seconds.count()));
}

double median(std::vector<double> seconds) {
  std::ranges::sort(seconds);
  return seconds[seconds.size() / 2];
}

}  // namespace
}  // namespace tessera::bench

int main(int argc, char** argv) {
  using namespace tessera;
  parallel::Session session(&argc, &argv);
  const auto n = static_cast<std::uint64_t>(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
  const int d = argc > 2 ? std::atoi(argv[2]) : 16;
  const double share = argc > 3 ? std::atof(argv[3]) : 0.02;
  const parallel::Communicator& comm = session.world();
  Journal journal(false);
  const Context context{comm, journal, thread_budget().threads};
  bench::Timed before, cold, warm;
  bench::cluster(context, bench::night_of(comm, n, d, 0.0), {}, before);
  const bench::Accounts tonight = bench::night_of(comm, n, d, share);
  for (int repeat = 0; repeat < bench::kRepeats; ++repeat) {
    bench::cluster(context, tonight, {}, cold);
    bench::cluster(context, tonight, before.clustering.centroids, warm);
  }
  if (comm.is_root())
    fmt::print(
        "{{\"accounts\": {}, \"d\": {}, \"changed\": {}, \"ranks\": {}, \"threads\": {}, \"cold_s\": {:.3f}, "
        "\"warm_s\": "
        "{:.3f}, \"part\": {:.3f}, \"cold_iterations\": {}, \"warm_iterations\": {}, \"inertia_above\": {:.2e}}}\n",
        n, d, share, comm.size(), context.threads, bench::median(cold.seconds), bench::median(warm.seconds),
        bench::median(warm.seconds) / bench::median(cold.seconds), cold.clustering.iterations,
        warm.clustering.iterations,
        warm.clustering.inertia_by_iteration.back() / cold.clustering.inertia_by_iteration.back() - 1.0);
  return 0;
}
