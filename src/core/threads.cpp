#include "core/threads.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <thread>
#include <vector>

#include "core/cgroup.hpp"

namespace tessera {
namespace {

/// The mask's length is the kernel's affair, and unknown: grow until it fits.
int cores_in_affinity_mask() {
  constexpr std::size_t kMostSets = 1024;
  for (std::size_t sets = 1; sets <= kMostSets; sets *= 2) {
    std::vector<cpu_set_t> mask(sets);
    const std::size_t bytes = sets * sizeof(cpu_set_t);
    if (sched_getaffinity(0, bytes, mask.data()) == 0) return std::max(1, CPU_COUNT_S(bytes, mask.data()));
  }
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

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

}  // namespace

ThreadBudget thread_budget() {
  ThreadBudget budget;
  budget.affinity = cores_in_affinity_mask();
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

unsigned long long peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<unsigned long long>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

}  // namespace tessera
