#include "plan/layout.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/threads.hpp"
#include "tessera/errors.hpp"

namespace tessera::plan {
namespace {

constexpr double kMebi = 1024.0 * 1024.0;
/// The limit of this process's cgroup, version 2 or 1; infinite where none is set.
double cgroup_limit() {
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream file(path);
    double bytes = 0.0;
    if (file >> bytes && bytes > 0.0) return bytes;
  }
  return HUGE_VAL;
}

bool fits(const Plan& plan, const NodeSize& node) {
  return asked_bytes(plan) * plan.layout.tasks_per_node <= node.memory_bytes;
}

/// The best on so many nodes; nothing if none fits.
std::optional<Plan> best_on(const Workload& work, const Rates& rates, const NodeSize& node, int nodes,
                            std::optional<int> tasks_given) {
  std::optional<Plan> best;
  for (int tasks = 1; tasks <= node.cores; ++tasks) {
    if (tasks_given ? tasks != *tasks_given : node.cores % tasks != 0) continue;
    Plan plan = plan_of(work, rates, {nodes, tasks, node.cores / tasks});
    if (fits(plan, node) && (!best || plan.seconds < best->seconds)) best = std::move(plan);
  }
  return best;
}

}  // namespace

NodeSize this_machine() {
  const auto pages = static_cast<double>(::sysconf(_SC_PHYS_PAGES));
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  return {thread_budget().affinity, std::min(pages * page, cgroup_limit())};
}

Plan plan_of(const Workload& work, const Rates& rates, const Layout& layout) {
  Plan plan;
  plan.layout = layout;
  plan.memory = memory_of(work, layout.ranks(), layout.cpus_per_task);
  plan.time = time_of(work, rates, layout);
  for (const StageMemory& stage : plan.memory) plan.peak_bytes = std::max(plan.peak_bytes, stage.peak_bytes);
  for (const StageTime& stage : plan.time) plan.seconds += stage.seconds;
  return plan;
}

double asked_bytes(const Plan& plan) noexcept {
  return std::ceil(1.25 * plan.peak_bytes / kMebi) * kMebi;
}

Plan cheapest_plan(const Workload& work, const Rates& rates, const NodeSize& node, const Given& given) {
  const auto& [nodes, tasks] = given;
  // More nodes never take fewer node seconds: what fits on the fewest is the cheapest.
  for (int n = nodes.value_or(1); n <= nodes.value_or(kMostNodes); ++n) {
    if (std::optional<Plan> plan = best_on(work, rates, node, n, tasks)) return std::move(*plan);
  }
  const Plan least = plan_of(work, rates, {nodes.value_or(kMostNodes), tasks.value_or(1), node.cores});
  throw Error(
      ExitCode::kUsage,
      fmt::format("the job does not fit: on {} node{} a task asks for {:.1f} GiB, and a node has {:.1f} GiB; give "
                  "more --nodes, or more --memory a node",
                  least.layout.nodes, least.layout.nodes == 1 ? "" : "s", asked_bytes(least) / kMebi / 1024.0,
                  node.memory_bytes / kMebi / 1024.0));
}

std::string sbatch_line(const Plan& plan, const std::string& job_file) {
  const auto memory = static_cast<std::int64_t>(asked_bytes(plan) / kMebi) * plan.layout.tasks_per_node;
  const auto minutes = static_cast<int>(std::ceil(5.0 + 3.0 * plan.seconds / 60.0));
  return fmt::format(
      "sbatch --nodes={} --ntasks-per-node={} --cpus-per-task={} --mem={}M --time={:02}:{:02}:00 "
      "cluster/slurm/nightly.sbatch {}",
      plan.layout.nodes, plan.layout.tasks_per_node, plan.layout.cpus_per_task, memory, minutes / 60, minutes % 60,
      job_file);
}

}  // namespace tessera::plan
