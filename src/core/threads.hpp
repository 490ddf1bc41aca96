#pragma once

namespace tessera {

/// The number of threads this rank should use, and why.
struct ThreadBudget {
  int threads = 1;
  const char* decided_by = "";  ///< "affinity mask", "cgroup quota", "OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"
  int affinity = 1;             ///< cores this process may run on
  int asked = 0;                ///< by OMP_NUM_THREADS or SLURM_CPUS_PER_TASK; 0: not asked
};

/// The smallest of affinity mask, cgroup (v1, v2) quota, OMP_NUM_THREADS and SLURM_CPUS_PER_TASK; at least 1.
[[nodiscard]] ThreadBudget thread_budget();

/// Resident set of this process, highest so far, in bytes.
[[nodiscard]] unsigned long long peak_memory_bytes();

}  // namespace tessera
