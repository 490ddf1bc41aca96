#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nights/owner.hpp"
#include "tessera/input_bytes.hpp"
#include "tessera/publish.hpp"

namespace tessera::nights {

/// What a night's manifest says: enough to tell whether the results beside it are whole, and of which job and sources.
struct Manifest {
  std::string job, night;
  bool is_held = false;
  GateVerdict verdict;
  std::string results_file;  ///< name in the manifest's folder
  std::uint64_t bytes = 0;
  std::string digest;
  std::string job_hash;  ///< of the resolved job; see hash_of_job()
  std::vector<InputBytes> inputs;
  std::uint64_t accounts = 0;
  struct Segmentation {
    std::string name;
    std::uint64_t core = 0, micro = 0;  ///< segments
  };
  std::vector<Segmentation> segmentations;
  Owner owner;  ///< the attempt that made the results
  std::string engine_version;
  int ranks = 1, threads_per_rank = 1;
  std::string started, finished;
  std::string metrics;                        ///< [output] metrics: whoever releases these results has no job file
  std::string released;                       ///< when a person published what the gate held; empty: nobody had to
  std::string released_by, released_because;  ///< who, and why; empty: not said
};

[[nodiscard]] std::string hash_of_job(const std::string& resolved_toml);

/// As JSON, and back; nullopt where the file is not there or is none of ours.
[[nodiscard]] std::string written(const Manifest& manifest);
[[nodiscard]] std::optional<Manifest> read_manifest(const std::string& path);

/// Whether the results that the manifest beside them tells of are there: the size, the digest and the run that it says.
[[nodiscard]] bool has_its_results(const Manifest& manifest, const std::string& manifest_path);

}  // namespace tessera::nights
