#include "plan/layout.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
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
  const auto plan_with = [&](int tasks) { return plan_of(work, rates, {nodes, tasks, node.cores / tasks}); };
  if (tasks_given) {
    Plan plan = plan_with(*tasks_given);
    return fits(plan, node) ? std::optional<Plan>(std::move(plan)) : std::nullopt;
  }
  std::optional<Plan> best;
  for (int tasks = 1; tasks <= node.cores; ++tasks) {
    const bool is_natural = tasks == 1 || tasks == node.numa_domains;
    const bool is_within_domains = tasks % node.numa_domains == 0 && node.cores % tasks == 0;
    if (!is_natural && !is_within_domains) continue;
    Plan plan = plan_with(tasks);
    if (!fits(plan, node)) continue;
    if (!best || is_natural || plan.seconds < best->seconds - kWorthMoreTasks) best = std::move(plan);
  }
  return best;
}

/// To as many digits as tell what is asked for from what is there.
std::string size_text(double bytes) {
  const double mebibytes = std::ceil(bytes / kMebi);
  return mebibytes < 10240.0 ? fmt::format("{:.0f} MiB", mebibytes) : fmt::format("{:.2f} GiB", mebibytes / 1024.0);
}

/// Why a job fits nowhere, and what would do.
class NoFit {
 public:
  NoFit(const Workload& work, const Rates& rates, const NodeSize& node, const Given& given)
      : work_(work), rates_(rates), node_(node), given_(given), tasks_(given.tasks_per_node.value_or(1)) {}

  [[nodiscard]] std::string told() const {
    const int nodes = given_.nodes.value_or(kMostNodes);
    const double asked = asked_bytes(plan_on(work_, nodes)), has = node_.memory_bytes / tasks_;
    return fmt::format(
        "the job does not fit {}: with {} task{} a node, a task has to have {}, and has {}, which is enough for about "
        "{:.2g} of the {:.2g} accounts; {}",
        given_.nodes ? fmt::format("on {} node{}", nodes, nodes == 1 ? "" : "s")
                     : fmt::format("on any number of nodes up to {}", kMostNodes),
        tasks_, tasks_ == 1 ? "" : "s", size_text(asked), size_text(has), most_accounts(nodes), work_.accounts,
        hint(nodes));
  }

 private:
  [[nodiscard]] Plan plan_on(const Workload& work, int nodes) const {
    return plan_of(work, rates_, {nodes, tasks_, node_.cores / tasks_});
  }

  /// What to give: the most direct that helps.
  [[nodiscard]] std::string hint(int nodes) const {
    if (tasks_ > 1 && best_on(work_, rates_, node_, nodes, std::nullopt)) return "leave --tasks out, for fewer of them";
    for (int more = nodes + 1; more <= kMostNodes; ++more)
      if (best_on(work_, rates_, node_, more, given_.tasks_per_node)) return fmt::format("give --nodes {}", more);
    const double enough = asked_bytes(plan_on(work_, nodes)) * tasks_;
    return fmt::format("give nodes of more memory: --memory {:.2f}", std::ceil(enough / kMebi / 10.24) / 100.0);
  }

  /// How many accounts of such sources would fit; 0: not even the program does.
  [[nodiscard]] double most_accounts(int nodes) const {
    double fits_with = 0.0, too_many = 1.0;
    constexpr int kHalvings = 24;
    for (int i = 0; i < kHalvings; ++i) {
      const double share = (fits_with + too_many) / 2.0;
      (fits(plan_on(part_of(share), nodes), node_) ? fits_with : too_many) = share;
    }
    return fits_with * work_.accounts;
  }

  [[nodiscard]] Workload part_of(double share) const {
    Workload part = work_;
    part.accounts *= share;
    for (SourceWork& source : part.sources) {
      source.rows *= share;
      source.bytes *= share;
      source.sample.text_bytes *= share;
    }
    return part;
  }

  const Workload& work_;
  const Rates& rates_;
  const NodeSize& node_;
  const Given& given_;
  const int tasks_;
};

std::string quoted(const std::string& path) {
  const bool is_plain = !path.empty() && std::ranges::all_of(path, [](unsigned char byte) {
    return std::isalnum(byte) != 0 || byte >= 0x80 ||
           std::string_view("/._-+=,:@%").find(static_cast<char>(byte)) != std::string_view::npos;
  });
  if (is_plain) return path;
  std::string out = "'";
  for (const char c : path) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// Domains of memory that have cores of their own, as the kernel lists them; 1 where it does not.
int numa_domains() {
  int domains = 0;
  std::error_code reason;
  for (std::filesystem::directory_iterator folder("/sys/devices/system/node", reason), end; !reason && folder != end;
       folder.increment(reason)) {
    std::ifstream file(folder->path() / "cpulist");
    std::string cores;
    if (file >> cores) ++domains;
  }
  return std::max(domains, 1);
}

}  // namespace

NodeSize this_machine() {
  const auto pages = static_cast<double>(::sysconf(_SC_PHYS_PAGES));
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  const int cores = thread_budget().affinity;
  return {cores, std::min(pages * page, cgroup_limit()), std::min(cores, numa_domains())};
}

Plan plan_of(const Workload& work, const Rates& rates, const Layout& layout) {
  Plan plan;
  plan.layout = layout;
  plan.memory = memory_of(work, layout.ranks(), layout.cpus_per_task);
  plan.time = time_of(work, rates, layout);
  for (const StageMemory& stage : plan.memory) plan.peak_bytes = std::max(plan.peak_bytes, stage.peak_bytes);
  for (const StageTime& stage : plan.time) plan.seconds += stage.seconds;
  plan.checkpoint = checkpoint_of(work, rates, layout, plan.time);
  if (plan.checkpoint.is_due) plan.seconds += plan.checkpoint.seconds;
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
  throw Error(ExitCode::kUnavailable, NoFit(work, rates, node, given).told());
}

std::string nightly_script() {
  constexpr const char* kName = "nightly.sbatch";
  std::error_code reason;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", reason);
  for (const char* place : {"../share/tessera/cluster/slurm", "../../cluster/slurm"}) {
    const std::filesystem::path script = program.parent_path() / place / kName;
    if (!reason && std::filesystem::exists(script, reason)) return std::filesystem::canonical(script, reason).string();
  }
  return kName;
}

std::string sbatch_line(const Plan& plan, const std::string& script, const std::string& job_file) {
  const auto memory = static_cast<std::int64_t>(asked_bytes(plan) / kMebi) * plan.layout.tasks_per_node;
  const auto minutes = static_cast<int>(std::ceil(5.0 + 3.0 * plan.seconds / 60.0));
  return fmt::format(
      "sbatch --nodes={} --ntasks-per-node={} --cpus-per-task={} --mem={}M --time={:02}:{:02}:00 "
      "{} {}",
      plan.layout.nodes, plan.layout.tasks_per_node, plan.layout.cpus_per_task, memory, minutes / 60, minutes % 60,
      quoted(script), quoted(job_file));
}

}  // namespace tessera::plan
