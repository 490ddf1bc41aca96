#include "cli/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "parallel/session.hpp"
#include "plan/measure.hpp"
#include "plan/rates.hpp"
#include "tessera/errors.hpp"

namespace tessera::cli {
namespace {

/// Whether a launcher of MPI has started this process, beside others.
bool has_companions() {
  for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"})
    if (std::getenv(variable) != nullptr) return true;  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  return false;
}

/// Collective. One sum of a few numbers, as an iteration of k-means takes it; the best of many.
double all_reduce_seconds(const parallel::Communicator& comm) {
  double least = std::numeric_limits<double>::infinity();
  for (int attempt = 0; attempt < 20; ++attempt) {
    constexpr int kTimes = 50;
    std::vector<std::int64_t> sums(256, 1);
    comm.barrier();
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kTimes; ++i) comm.all_reduce<parallel::Reduce::kMax>(std::span<std::int64_t>(sums));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    least = std::min(least, took.count() / kTimes);
  }
  return comm.all_reduce<parallel::Reduce::kMax>(least);
}

void print_rates(const plan::Rates& rates, const std::string& path, bool with_ranks) {
  std::cout << fmt::format("Reading   {:.0f} MB/s of CSV, split and typed\n", rates.reading_bytes_per_s / 1e6)
            << fmt::format("Shuffle   {:.1f} million rows/s hashed and strewn\n", rates.shuffled_rows_per_s / 1e6)
            << fmt::format("Kernel    {:.1f} thousand million multiply-adds/s\n", rates.fused_per_s / 1e9)
            << fmt::format("Memory    {:.1f} GB/s\n", rates.memory_bytes_per_s / 1e9)
            << fmt::format("Disk      {:.0f} MB/s written and synced\n", rates.writing_bytes_per_s / 1e6)
            << fmt::format("Reduction {:.0f} µs{}\n", rates.all_reduce_s * 1e6,
                           with_ranks ? "" : ", not measured: start doctor under mpirun or srun")
            << fmt::format("All but the last two are of one core. Kept in {}\n", path);
}

}  // namespace

int measure(int* argc, char*** argv, const std::string& path) {
  if (path.empty()) throw Error(ExitCode::kUsage, "there is no folder to keep rates in: give a file by --rates");
  std::unique_ptr<parallel::Session> session;
  if (has_companions()) session = std::make_unique<parallel::Session>(argc, argv);
  const bool with_ranks = session && session->world().size() > 1;
  const double reduction = with_ranks ? all_reduce_seconds(session->world()) : plan::default_rates().all_reduce_s;
  if (session && !session->world().is_root()) return 0;
  try {
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    plan::Rates rates = plan::measure_rates(folder.string());
    rates.all_reduce_s = reduction;
    rates.engine = TESSERA_VERSION;
    plan::write_rates(rates, path);
    print_rates(rates, path, with_ranks);
  } catch (const Error& error) {
    fmt::print(stderr, "tessera: {}\n", error.what());
    if (session) session->abort(static_cast<int>(error.code()));
    return static_cast<int>(error.code());
  }
  return 0;
}

}  // namespace tessera::cli
