#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tessera {

/// What becomes of a night's results.
enum class GateDecision { kPublish, kPublishWithWarnings, kHold };

/// The gate's word on a night. A night that is held keeps its results under a name of their own, for a person to look
/// at and `tessera release`; what was published before stays the newest.
struct GateVerdict {
  GateDecision decision = GateDecision::kPublish;
  std::vector<std::string> reasons;  ///< a sentence each, the gravest first
};

/// The files of one night: those of its results, and what stands beside them.
struct NightFiles {
  std::string results;        ///< the final path, NIGHT.h5
  std::string manifest;       ///< NIGHT.json: what was published; the last that a run writes
  std::string held;           ///< NIGHT.held.h5: results that the gate held
  std::string held_manifest;  ///< NIGHT.held.json: the same of them, with the reasons
  std::string metrics;        ///< NIGHT.prom: the run in figures
};

/// By the final path of the night's results.
[[nodiscard]] NightFiles night_files(const std::string& results_path);

/// What a run, or a release, has left on the disk.
struct Published {
  std::string path;    ///< NightFiles::results, or `held`
  std::string digest;  ///< 32 hex digits
  std::uint64_t bytes = 0;
  bool is_held = false;
};

}  // namespace tessera
