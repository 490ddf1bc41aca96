#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tessera/context.hpp"
#include "tessera/input_bytes.hpp"

namespace tessera {

/// What becomes of a night's results.
enum class GateDecision { kPublish, kPublishWithWarnings, kHold };

/// A check of the gate that was no pass.
struct GateFinding {
  std::string check, subject, since;  ///< as in GateCheck
  double value = 0.0, limit = 0.0;    ///< NaN: there is none
  std::string message;
};

/// The gate's word on a night. A night that is held keeps its results under a name of their own, for a person to look
/// at and `tessera release`; what was published before stays the newest.
struct GateVerdict {
  GateDecision decision = GateDecision::kPublish;
  std::vector<std::string> reasons;  ///< a sentence each: those of `holds`, then those of `warnings`
  std::vector<GateFinding> holds, warnings;
};

/// The files of one night: those of its results, and what stands beside them.
struct NightFiles {
  std::string results;        ///< the final path, NIGHT.h5
  std::string manifest;       ///< NIGHT.json: what was published; the last that a run writes
  std::string held;           ///< NIGHT.held.h5: results that the gate held
  std::string held_manifest;  ///< NIGHT.held.json: the same of them, with the reasons
  std::string metrics;        ///< NIGHT.prom: the run in figures
  std::string text;           ///< NIGHT.txt: what `tessera show` says, where cluster/slurm/report.sbatch wrote it
};

/// By the final path of the night's results.
[[nodiscard]] NightFiles night_files(const std::string& results_path);

/// The sole right to write the files of one night, held from before anything is written to the end of the run. It is a
/// file beside the results with the owner's name and heartbeat (see src/nights/lock_file.hpp). Whoever has it removes
/// what attempts that ended have left; an attempt that was taken for dead and comes back publishes nothing.
class NightLock {
 public:
  /// Collective. Throws Error(kCannotWrite) on all ranks, naming the owner, if another run works on this night.
  NightLock(const Context& context, std::string results_path);
  /// Gives the right up. Not collective.
  ~NightLock();
  NightLock(const NightLock&) = delete;
  NightLock& operator=(const NightLock&) = delete;

  [[nodiscard]] const std::string& results_path() const noexcept { return results_path_; }
  [[nodiscard]] const std::string& run_id() const noexcept { return run_id_; }
  /// Counts the attempts that took the night over from one another, from 1.
  [[nodiscard]] std::int64_t attempt() const noexcept { return attempt_; }
  /// The run whose lock was taken over, as it had ended; empty where there was none, and on all ranks but 0.
  [[nodiscard]] std::string taken_from() const;
  /// A name in the results' folder for a file on its way to another one; no other attempt's, and removed by the next
  /// attempt if this one ends.
  [[nodiscard]] std::string staged_path(const std::string& what) const;
  /// On rank 0 alone. Throws Error(kCannotWrite) if another attempt has taken the night over: ask before each step
  /// that others will see.
  void check() const;

 private:
  struct State;
  std::string results_path_, run_id_;
  std::int64_t attempt_ = 0;
  std::unique_ptr<State> state_;  ///< rank 0
};

/// What a run, or a release, has left on the disk.
struct Published {
  std::string path;    ///< NightFiles::results, or `held`
  std::string digest;  ///< 32 hex digits
  std::uint64_t bytes = 0;
  bool is_held = false;
  bool is_from_before = false;  ///< the same job and sources had been published: nothing was done
};

/// Whether the night is published already: by its manifest, of this final path, night, resolved job and version of the
/// engine; the results beside it are those that it tells of; and what `input_bytes` gives, which is asked only then,
/// are the bytes that they were made from. Collective. Throws as `input_bytes`.
struct PublishedNight {
  std::string night, resolved_toml;
};
[[nodiscard]] std::optional<Published> already_published(const Context& context, const NightLock& lock,
                                                         const PublishedNight& night,
                                                         const std::function<std::vector<InputBytes>()>& input_bytes);

}  // namespace tessera
