#include "core/threads.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "core/cgroup.hpp"

namespace tessera {
namespace {

/// A count of threads from the environment; 0 if unset or no such number. OMP_NUM_THREADS may list one by nesting
/// level.
int asked_by(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return 0;
  char* end = nullptr;
  const long count = std::strtol(text, &end, 10);
  const bool is_number = end != text && (*end == '\0' || *end == ',' || *end == ' ');
  return is_number && count > 0 ? static_cast<int>(std::min(count, 1L << 20)) : 0;
}

/// A line of /proc/self/status that counts memory, in bytes; 0 where there is none.
unsigned long long told_by_proc(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::strtoull(line.c_str() + field.size(), nullptr, 10) * 1024;  // "kB"
  }
  return 0;
}

}  // namespace

AffinityMask affinity_mask() noexcept {
  // Linux knows no more than 8,192 cores, and writes no more bytes than it has cores for.
  AffinityMask mask{};
  if (sched_getaffinity(0, sizeof mask, reinterpret_cast<cpu_set_t*>(mask.data())) != 0) mask.fill(0);
  return mask;
}

int cores_in(const AffinityMask& mask) noexcept {
  int cores = 0;
  for (const std::uint64_t word : mask) cores += std::popcount(word);
  return cores;
}

ThreadBudget thread_budget() {
  ThreadBudget budget;
  budget.affinity = cores_in(affinity_mask());
  if (budget.affinity == 0) budget.affinity = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  budget.threads = budget.affinity;
  budget.decided_by = "affinity mask";
  const auto limit = [&budget](int threads, const char* reason) {
    if (threads >= budget.threads) return;
    budget.threads = threads;
    budget.decided_by = reason;
  };
  if (const std::optional<double> quota = cgroup_quota()) {
    limit(std::max(1, static_cast<int>(std::ceil(std::min(*quota, 1e6)))), "cgroup quota");
  }
  for (const char* variable : {"OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"}) {
    const int asked = asked_by(variable);
    if (asked == 0) continue;
    budget.asked = budget.asked == 0 ? asked : std::min(budget.asked, asked);
    limit(asked, variable);
  }
  return budget;
}

ThreadBudget shared_budget(ThreadBudget alone, int ranks, int cores_together, int sum_of_cores) {
  const bool overlap = sum_of_cores > cores_together;
  const int share = std::max(1, alone.threads / ranks);
  if (!overlap || alone.asked > 0 || share == alone.threads) return alone;
  alone.threads = share;
  alone.decided_by = "ranks that share the cores";
  return alone;
}

unsigned long long peak_memory_bytes() {
  if (const unsigned long long told = told_by_proc("VmHWM:"); told > 0) return told;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<unsigned long long>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

}  // namespace tessera
