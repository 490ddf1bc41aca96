#pragma once

#include <array>
#include <cstdint>

namespace tessera {

/// The number of threads this rank should use, and why.
struct ThreadBudget {
  int threads = 1;
  /// "affinity mask", "cgroup quota", "OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK", or "ranks that share the cores"
  const char* decided_by = "";
  int affinity = 1;  ///< cores this process may run on
  int asked = 0;     ///< by OMP_NUM_THREADS or SLURM_CPUS_PER_TASK; 0: not asked
};

/// The smallest of affinity mask, cgroup (v1, v2) quota, OMP_NUM_THREADS and SLURM_CPUS_PER_TASK; at least 1.
[[nodiscard]] ThreadBudget thread_budget();

/// The cores that this process may run on, a bit each; all zero where the system does not tell.
using AffinityMask = std::array<std::uint64_t, 128>;
[[nodiscard]] AffinityMask affinity_mask() noexcept;
[[nodiscard]] int cores_in(const AffinityMask& mask) noexcept;

/// The budget of one of `ranks` processes of a node, given the cores in all their masks together and the sum of the
/// cores in each: where masks overlap, as without binding, the ranks divide the cores, unless the number of threads was
/// asked for.
[[nodiscard]] ThreadBudget shared_budget(ThreadBudget alone, int ranks, int cores_together, int sum_of_cores);

/// Resident set of this process, highest so far, in bytes. On Linux of this program alone, by VmHWM: what getrusage
/// tells, taken where there is no /proc, outlives exec and so counts the process that started this one.
[[nodiscard]] unsigned long long peak_memory_bytes();

}  // namespace tessera
