#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nights/owner.hpp"
#include "tessera/errors.hpp"
#include "tessera/results.hpp"

namespace tessera::nights {

/// What there is to say where there are results: of the run that made them.
struct RunFigures {
  std::string path, digest;
  std::uint64_t accounts = 0, read_bytes = 0, written_bytes = 0;
  std::vector<SourceReport> sources;
  struct Segmentation {
    std::string name;
    int k = 0, iterations = 0;
    double inertia = 0.0;
    std::uint64_t core = 0, micro = 0;  ///< segments
    std::optional<double> moved;        ///< share of the accounts of both nights in another core segment
  };
  std::vector<Segmentation> segmentations;
  std::uint64_t warnings = 0;
};

/// One run in figures, whether it came to its end or not.
struct RunRecord {
  std::string job, night;
  std::string outcome;  ///< "published", "held", "already published", "stopped", "failed"
  ExitCode exit_code = ExitCode::kDone;
  std::string message;         ///< of a failure
  Owner owner;                 ///< this run; attempt 0: it did not get as far as the night's lock
  std::string took_over_from;  ///< run that held the lock and had ended; empty: none
  std::string started, finished;
  std::string released, released_by, released_because;  ///< of a night that the gate had held, as in Manifest
  std::optional<double> seconds;                        ///< of this attempt; absent: nobody knows any more
  int ranks = 1, threads_per_rank = 1;
  std::uint64_t peak_memory_bytes = 0;  ///< of any rank; of a run without results of its own, of the rank that tells it
  std::vector<StageTime> stages;        ///< of a failure, as far as it got on the rank that tells it

  std::optional<RunFigures> results;
};

/// The slowest rank's time over the mean of all; absent where that is not known, or a stage took no time.
[[nodiscard]] std::optional<double> imbalance_of(const StageTime& stage);

/// One line of JSON, its end included.
[[nodiscard]] std::string json_line(const RunRecord& record);

/// The same in Prometheus' text exposition format, version 0.0.4. `last_published`: seconds since 1970-01-01 UTC when
/// this job last published a night; absent: never.
[[nodiscard]] std::string exposition(const RunRecord& record, std::optional<double> last_published);

}  // namespace tessera::nights
