#include "nights/owner.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "core/utc.hpp"

namespace tessera::nights {
namespace {

constexpr const char* kLockFormat = "tessera-lock";

std::string environment(const char* name) {
  const char* found = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  return found == nullptr ? "" : found;
}

std::string slurm_job() {
  const std::string job = environment("SLURM_JOB_ID");
  if (job.empty()) return "";
  const std::string task = environment("SLURM_ARRAY_TASK_ID");
  const std::string cluster = environment("SLURM_CLUSTER_NAME");
  return cluster + (cluster.empty() ? "" : "/") + job + (task.empty() ? "" : "_" + task);
}

std::string machine() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string boot;
  std::error_code none;
  const std::filesystem::path space = std::filesystem::read_symlink("/proc/self/ns/pid", none);
  if (!(file >> boot) || none) return "";
  return boot + " " + space.string();
}

/// State letter and start of a process; nullopt where /proc does not tell.
struct Life {
  char state = '?';
  std::int64_t born = 0;
};
std::optional<Life> life_of(std::int64_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = line.rfind(')');  // the name of a program may hold anything
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  Life life;
  std::string skipped;
  constexpr int kBetween = 18;  // fields 4 to 21; the start is the 22nd
  fields >> life.state;
  for (int i = 0; i < kBetween; ++i) fields >> skipped;
  if (!(fields >> life.born)) return std::nullopt;
  return life;
}

}  // namespace

std::string new_run_id() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

Owner this_process(std::string run_id) {
  Owner owner;
  owner.run_id = std::move(run_id);
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0) owner.host = name.data();
  owner.pid = ::getpid();
  owner.machine = machine();
  if (const auto life = life_of(owner.pid)) owner.born = life->born;
  owner.slurm_job = slurm_job();
  owner.slurm_restart = std::atoll(environment("SLURM_RESTART_COUNT").c_str());
  owner.since = utc_now();
  return owner;
}

std::string written(const Owner& owner) {
  const nlohmann::ordered_json json = {{"format", kLockFormat},
                                       {"run_id", owner.run_id},
                                       {"attempt", owner.attempt},
                                       {"host", owner.host},
                                       {"pid", owner.pid},
                                       {"machine", owner.machine},
                                       {"born", owner.born},
                                       {"slurm_job", owner.slurm_job},
                                       {"slurm_restart", owner.slurm_restart},
                                       {"since", owner.since}};
  return json.dump() + "\n";
}

std::optional<Owner> read_owner(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("format", nlohmann::json()) != kLockFormat) return std::nullopt;
  try {
    Owner owner;
    json.at("run_id").get_to(owner.run_id);
    json.at("attempt").get_to(owner.attempt);
    json.at("host").get_to(owner.host);
    json.at("pid").get_to(owner.pid);
    json.at("machine").get_to(owner.machine);
    json.at("born").get_to(owner.born);
    json.at("slurm_job").get_to(owner.slurm_job);
    json.at("slurm_restart").get_to(owner.slurm_restart);
    json.at("since").get_to(owner.since);
    return owner;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::string described(const Owner& owner) {
  if (owner.run_id.empty()) return "a run that does not say who it is";
  const std::string slurm =
      owner.slurm_job.empty() ? "" : fmt::format(", Slurm job {} (restart {})", owner.slurm_job, owner.slurm_restart);
  return fmt::format("run {} on {}, process {}{}, since {}", owner.run_id, owner.host, owner.pid, slurm, owner.since);
}

Presence presence_of(const Owner& owner) {
  if (owner.machine.empty() || owner.pid <= 0 || owner.machine != machine()) return Presence::kElsewhere;
  if (::kill(static_cast<pid_t>(owner.pid), 0) != 0 && errno == ESRCH) return Presence::kEnded;
  const auto life = life_of(owner.pid);
  if (life && (life->born != owner.born || life->state == 'Z' || life->state == 'X')) return Presence::kEnded;
  return Presence::kHere;
}

bool is_requeue_of(const Owner& me, const Owner& owner) {
  return !me.slurm_job.empty() && me.slurm_job == owner.slurm_job && me.slurm_restart > owner.slurm_restart;
}

}  // namespace tessera::nights
