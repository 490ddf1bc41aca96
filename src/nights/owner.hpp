#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tessera::nights {

/// Who works on a night: rank 0 of one attempt. What a lock file holds.
struct Owner {
  std::string run_id;
  std::int64_t attempt = 0;  ///< counts the attempts that took the night over from one another, from 1
  std::string host;
  std::int64_t pid = 0;
  std::string machine;    ///< boot and namespace in which the pid means anything; empty: unknown
  std::int64_t born = 0;  ///< when the process started, in ticks since boot: pids are used again
  std::string slurm_job;  ///< cluster, job and task of an array; empty: not under Slurm
  std::int64_t slurm_restart = 0;
  std::string since;  ///< ISO date and time, UTC
};

/// This process, under Slurm or not.
[[nodiscard]] Owner this_process(std::string run_id);
/// 16 hex digits that no other run has.
[[nodiscard]] std::string new_run_id();

/// As JSON, and back; nullopt where it is none of ours.
[[nodiscard]] std::string written(const Owner& owner);
[[nodiscard]] std::optional<Owner> read_owner(const std::string& text);

/// "run 12ab on node7, process 4711, Slurm job 12 (restart 0), since …".
[[nodiscard]] std::string described(const Owner& owner);

/// What this process can know of another: whether it runs on this machine, has ended here, or is somewhere else.
enum class Presence { kHere, kEnded, kElsewhere };
[[nodiscard]] Presence presence_of(const Owner& owner);

/// Whether Slurm has started `owner`'s job again, and `me` is that start: Slurm does not do so before it has given up
/// the one before, even if a cut network keeps that one from hearing of it.
[[nodiscard]] bool is_requeue_of(const Owner& me, const Owner& owner);

}  // namespace tessera::nights
