#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/memory.hpp"
#include "plan/time.hpp"

namespace tessera::plan {

/// No job is planned for more nodes than that.
inline constexpr int kMostNodes = 256;

/// What the nodes of a cluster have.
struct NodeSize {
  int cores = 1;
  double memory_bytes = 0.0;
  int numa_domains = 1;  ///< that have cores
};
/// Of this machine: the cores that this process may use, and its memory or its cgroup's limit, whichever is less.
[[nodiscard]] NodeSize this_machine();

/// A layout and what it comes to.
struct Plan {
  Layout layout;
  std::vector<StageMemory> memory;  ///< of a rank
  std::vector<StageTime> time;
  CheckpointCost checkpoint;
  double peak_bytes = 0.0;  ///< of a rank
  double seconds = 0.0;     ///< of all stages, and the checkpoint's where it is due
};

[[nodiscard]] Plan plan_of(const Workload& work, const Rates& rates, const Layout& layout);

/// Memory to ask for a task: a quarter more than the estimate, in whole mebibytes.
[[nodiscard]] double asked_bytes(const Plan& plan) noexcept;

/// What of a layout is given, and not to be found.
struct Given {
  std::optional<int> nodes;
  std::optional<int> tasks_per_node;
};

/// On as few nodes as will do, or those that are given: a task a NUMA domain, or a node where that alone fits, each
/// asking for asked_bytes(). More tasks only where they save more than kWorthMoreTasks seconds: they speed up the parts
/// of a stage that one thread does alone, and take more memory and messages. Throws Error(kUnavailable) where nothing
/// fits, with what a task is short of and what would do.
inline constexpr double kWorthMoreTasks = 60.0;
[[nodiscard]] Plan cheapest_plan(const Workload& work, const Rates& rates, const NodeSize& node,
                                 const Given& given = {});

/// "sbatch --nodes=1 --ntasks-per-node=2 … SCRIPT JOB.toml": memory as asked_bytes(), time three times what is expected
/// and five minutes, in whole minutes. Paths are quoted for a shell where they have to be.
[[nodiscard]] std::string sbatch_line(const Plan& plan, const std::string& script, const std::string& job_file);

/// Where nightly.sbatch lies beside this program, as it was built or installed; its bare name where it is in neither
/// place.
[[nodiscard]] std::string nightly_script();

}  // namespace tessera::plan
