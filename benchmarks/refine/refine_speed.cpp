// How long it takes to refine a million accounts, beside the k-means that found their core segments: in turn, on the
// same tiles, in this process. Runs under mpirun as well; prints JSON. See README.md.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "core/grid.hpp"
#include "core/random.hpp"
#include "core/threads.hpp"
#include "parallel/communicator.hpp"
#include "parallel/session.hpp"
#include "tessera/context.hpp"
#include "tessera/kmeans.hpp"
#include "tessera/refine.hpp"

namespace tessera::bench {
namespace {

constexpr std::uint64_t kSeed = 20260101;
constexpr int kCores = 16;
constexpr int kParts = 40;  ///< planted in each core segment
constexpr int kMicro = 500;
constexpr int kRepeats = 5;

struct Accounts {
  FeatureTiles tiles;
  std::vector<AccountKey> keys;
  std::vector<std::uint8_t> is_customer;
  std::vector<double> value;
};

double normal_of(std::uint64_t row, std::uint64_t counter) {
  return normal(random_bits(kSeed, RandomPurpose::kGenerate, {0, row}, counter));
}

/// Every rank's share: cores with centres from N(0, 0.6²), parts with N(0, 0.4²) about them, accounts with N(0, 0.2²).
/// The parts of a core differ in size as 1 : 2 : 3 : ….
Accounts accounts_of(const parallel::Communicator& comm, std::uint64_t n_global, int d) {
  const auto rank = static_cast<std::uint64_t>(comm.rank());
  const auto ranks = static_cast<std::uint64_t>(comm.size());
  const std::uint64_t first = n_global * rank / ranks;
  const std::uint64_t last = n_global * (rank + 1) / ranks;
  Accounts accounts{FeatureTiles(last - first, d), {}, {}, {}};
  constexpr std::uint64_t kOfCores = std::uint64_t{1} << 40;
  constexpr std::uint64_t kOfParts = std::uint64_t{1} << 41;
  for (std::uint64_t row = first; row < last; ++row) {
    const std::uint64_t core = row % kCores;
    const double share = uniform(random_bits(kSeed, RandomPurpose::kSample, {0, row}, 0));
    const auto part = static_cast<std::uint64_t>(kParts * std::sqrt(share));
    for (int f = 0; f < d; ++f) {
      const auto feature = static_cast<std::uint64_t>(f);
      const double x = 0.6 * normal_of(kOfCores + core, feature) +
                       0.4 * normal_of(kOfParts + core * kParts + part, feature) + 0.2 * normal_of(row, feature);
      accounts.tiles.set(row - first, f, from_grid(to_grid(x)));
    }
    accounts.keys.push_back({0, row});
    accounts.is_customer.push_back(row % 5 == 0 ? 1 : 0);
    accounts.value.push_back(std::exp(normal_of(row, 1000)));
  }
  return accounts;
}

struct Timed {
  std::vector<double> kmeans, refine;
  int iterations = 0, rounds = 0, micro = 0;
};

double median(std::vector<double> seconds) {
  std::ranges::sort(seconds);
  return seconds[seconds.size() / 2];
}

template <class Work>
double seconds_of(const parallel::Communicator& comm, const Work& work) {
  comm.barrier();
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return comm.all_reduce<parallel::Reduce::kMax>(seconds.count());
}

Timed time_in_turn(const Context& context, const Accounts& accounts, const RefineSpec& options) {
  KmeansOptions kmeans_options;
  kmeans_options.k = kCores;
  kmeans_options.seed = kSeed;
  Timed timed;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    Clustering clustering;
    timed.kmeans.push_back(
        seconds_of(context.comm, [&] { clustering = kmeans(context, accounts.tiles, accounts.keys, kmeans_options); }));
    Refinement refinement;
    timed.refine.push_back(seconds_of(context.comm, [&] {
      refinement = refine(context,
                          {.tiles = accounts.tiles,
                           .core = clustering.nearest,
                           .core_centroids = clustering.centroids,
                           .k = clustering.k,
                           .is_customer = accounts.is_customer,
                           .value = accounts.value},
                          options);
    }));
    timed.iterations = clustering.iterations;
    timed.rounds = refinement.rounds;
    timed.micro = refinement.tree.n_micro;
  }
  return timed;
}

}  // namespace
}  // namespace tessera::bench

int main(int argc, char** argv) {
  using namespace tessera;
  parallel::Session session(&argc, &argv);
  const long long n = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
  const int d = argc > 2 ? std::atoi(argv[2]) : 16;
  const std::string_view criterion = argc > 3 ? argv[3] : "bic";
  const parallel::Communicator& comm = session.world();
  RefineSpec options{.min_accounts = 200, .max_micro = bench::kMicro};
  if (criterion == "variance") options.criterion = SplitCriterion::kVariance;
  if (criterion == "anderson_darling") options.criterion = SplitCriterion::kAndersonDarling;
  if (criterion == "limits") {
    options.min_customers = 20;
    options.min_value = 100.0;
    options.outliers = 3.0;
  }
  if (n < bench::kCores || d < 1 || argc > 4) {
    if (comm.is_root())
      fmt::print(stderr, "usage: bench_refine [ACCOUNTS [D [bic | variance | anderson_darling | limits]]]\n");
    return 64;
  }
  Journal journal(false);
  const Context context{comm, journal, thread_budget().threads};
  const bench::Accounts accounts = bench::accounts_of(comm, static_cast<std::uint64_t>(n), d);
  const bench::Timed timed = bench::time_in_turn(context, accounts, options);
  if (comm.is_root())
    fmt::print(
        "{{\"accounts\": {}, \"d\": {}, \"criterion\": \"{}\", \"ranks\": {}, \"threads\": {}, \"kmeans_s\": {:.3f}, "
        "\"refine_s\": {:.3f}, \"ratio\": {:.2f}, \"iterations\": {}, \"rounds\": {}, \"micro\": {}, "
        "\"kmeans\": {::.3f}, \"refine\": {::.3f}}}\n",
        n, d, criterion, comm.size(), context.threads, bench::median(timed.kmeans), bench::median(timed.refine),
        bench::median(timed.refine) / bench::median(timed.kmeans), timed.iterations, timed.rounds, timed.micro,
        timed.kmeans, timed.refine);
  return 0;
}
