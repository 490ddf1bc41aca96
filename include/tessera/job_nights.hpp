#pragma once

#include <cstdint>
#include <optional>
#include <string>

/// What a job says of going on from night to night.
namespace tessera {

/// A span of time as the job file gives it.
struct TimeSpan {
  std::int64_t seconds = 0;
  std::string text;  ///< as in the job file: "2 days"
};

/// [previous]: the night that this one goes on from.
struct PreviousSpec {
  std::string path;  ///< absolute; a file that is not there makes this the first night
  std::string path_as_written;
  double max_moved_by_model = 1.0;      ///< share of the accounts of both nights that may move for the model's reasons
  bool warm_start = true;               ///< last night's fitted features, centroids and tree are the start of tonight's
  double max_worse = 0.01;              ///< a warm start's inertia may be above a fresh one's by this share
  std::optional<TimeSpan> fresh_every;  ///< since the last fresh start; absent: only where the warm one is too bad
  std::string first_night;              ///< ISO date of the night on which a new history begins; empty: none does
  std::string notes;                    ///< absolute path of segments.csv; empty: none
  std::string notes_as_written;
};

/// [gate]: what keeps a night from being published. An absent limit ("off" in the job file) is not looked at.
struct GateSpec {
  std::optional<double> max_moved = 0.25;            ///< share of the accounts of both nights in another core segment
  std::optional<double> min_agreement = 0.5;         ///< adjusted Rand index of both nights' core segments
  std::optional<double> max_drift = 0.25;            ///< population stability index of any feature
  std::optional<double> max_accounts_changed = 0.2;  ///< |tonight's accounts / last night's − 1|
  std::optional<double> max_rows_changed = 0.5;      ///< the same of the rows of any source
  std::optional<double> max_segment_changed = 0.5;   ///< the same of accounts and value of any of the largest segments
  std::optional<double> max_quarantined = 0.02;      ///< share of the rows of any source
  double warn_at = 0.6;  ///< a check that has come so far of the way to its limit is a warning, (0, 1]; 1: none is
};

/// [review]: slow drift, which no night shows by itself.
struct ReviewSpec {
  std::string baseline;  ///< absolute path of the last approved results
  std::string baseline_as_written;
  TimeSpan every{15552000, "6 months"};  ///< a baseline older than this is due
  bool hold = true;  ///< a night that is over a limit of [gate] since the baseline is held; false: a warning
};

/// [checkpoint]: what a stopped run goes on from.
struct CheckpointSpec {
  TimeSpan every{600, "10 minutes"};  ///< between two of them
  std::string path;                   ///< absolute directory; empty: beside the results
  std::string path_as_written;
};

}  // namespace tessera
