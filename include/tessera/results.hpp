#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/best_customers.hpp"
#include "tessera/choice_of_k.hpp"
#include "tessera/completeness.hpp"
#include "tessera/context.hpp"
#include "tessera/crosswalk.hpp"
#include "tessera/drift.hpp"
#include "tessera/evolve.hpp"
#include "tessera/gate.hpp"
#include "tessera/ingest.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"
#include "tessera/kmeans.hpp"
#include "tessera/lookalike.hpp"
#include "tessera/model.hpp"
#include "tessera/model_start.hpp"
#include "tessera/moves.hpp"
#include "tessera/objective.hpp"
#include "tessera/publish.hpp"
#include "tessera/refine.hpp"
#include "tessera/trial.hpp"

namespace tessera {

/// Time and memory of one stage over all ranks.
struct StageTime {
  std::string stage;
  double seconds_min = 0.0, seconds_max = 0.0;
  std::uint64_t peak_memory_bytes = 0;  ///< highest resident set of any rank up to the stage's end
  double seconds_mean = 0.0;            ///< not in the file
};

/// One segmentation as the run found it. Vectors by account are n_local and aligned with the account table.
struct SegmentationResult {
  SegmentationSpec spec;
  SegmentAssignment assignment;
  std::vector<std::string> macro_names;  ///< by row of the macro segments: what their criteria call them
  std::vector<double> distance;          ///< to the core centroid, in the encoded features' own units; NaN outside
  std::vector<double> fit;  ///< 1 − distance / distance to the next best, in [0, 1]; NaN outside, or k = 1
  std::vector<std::int32_t> next_best;  ///< row of the segments table; −1
  Insight insight;
  FeatureEncoding encoding;
  std::vector<double> centroids;   ///< k × d, the encoded features' own units
  RefinementTree tree;             ///< n_micro = 0: no refinement
  FeatureEncoding micro_encoding;  ///< of the micro level's own features; no features: it has the segmentation's
  int k = 0;
  int iterations = 0;
  double inertia = 0.0;                      ///< Σ distance², exact sum, own units
  std::vector<double> inertia_by_iteration;  ///< own units, from the integer sums
  std::vector<std::int32_t> trial_arm;       ///< index into the job's arms; −1: outside, or in none; empty: no trial
  std::vector<TrialCell> trial;
  std::vector<FeatureLink> features;
  std::vector<std::int32_t> objective_rank;  ///< by segment; empty: no objective
  Crosswalk crosswalk;                       ///< empty without `existing`
  std::vector<std::int32_t> macro_of_core;   ///< k: row of the segments table; −1: scope = "all"
  CoreQuality quality;                       ///< `macro` of the curve: row of the segments table
  std::vector<SegmentLikeness> likeness;     ///< by segment; empty: there are no lookalikes
  ModelStart start;
  std::vector<MoveCount> moves;  ///< by level, then as segments stand last night and tonight; empty: no night before
  std::vector<FeatureDistribution> distribution;
  std::vector<Drift> drift;              ///< since last night, since the baseline; empty: there are none
  std::int64_t highest_id = 0;           ///< number of the highest id that the segmentation ever used
  std::optional<Succession> succession;  ///< nothing: it is the segmentation's first night
};

/// All that one run found. Everything but the per-account vectors is the same on every rank.
struct RunResults {
  Job job;
  std::string night;            ///< ISO date
  std::string previous_path;    ///< of the results that this night goes on from; empty: it is a first night
  std::string previous_digest;  ///< theirs; empty: there is none, or it is gone
  AccountTable accounts;
  IngestReport ingest;
  std::vector<Freshness> freshness;  ///< by source
  Completeness completeness;
  std::vector<SegmentationResult> segmentations;
  std::vector<DormantSegmentation> dormant;  ///< whose ids go along
  std::vector<StageTime> stages;
  std::vector<std::string> warnings;
  std::string started;  ///< ISO date and time, UTC
  std::string
      scored_by;  ///< digest and path of the results whose models found the segments; empty: this run fitted its own
  int threads_per_rank = 1;
  std::optional<BestCustomers> best_customers;  ///< absent: no [value] column
  std::optional<Lookalike> lookalike;           ///< absent: no [value] column or customer
  GateReport gate;                              ///< empty: the job has none
  GateVerdict verdict;
  std::vector<InputBytes> inputs;  ///< what the night was made from
};

/// Writes the results beside their final name, reads them back, compares, syncs and renames. Collective. Where the
/// verdict is kHold they get the name NightFiles::held, and latest.h5 stays as it is.
/// On failure the staging file is removed and the final name is as it was. The manifest is the last to get its name;
/// see src/nights/README.md for what a crash leaves when. Then nights that the job does not keep are removed. Throws
/// Error(kCannotWrite), also where another attempt has taken the night over.
[[nodiscard]] Published write_results(const Context& context, const RunResults& results, const NightLock& lock);
/// The same where nothing has locked the night before.
[[nodiscard]] Published write_results(const Context& context, const RunResults& results);

/// The final path of a job's results on a night: {name} and {night} replaced.
[[nodiscard]] std::string result_path(const Job& job, const std::string& night);

/// Where the figures of a job's last run go; empty: beside its results.
[[nodiscard]] std::string metrics_path(const Job& job);

/// The canonical digest of what would be written (see DESIGN: path, account key or position, bytes). Collective.
[[nodiscard]] std::string digest(const Context& context, const RunResults& results);

/// A results file as `show` reads it: no account, only the tables by segment. Not collective, no MPI.
struct ResultsSummary {
  std::string path, digest, night, job_name, started, engine_version;
  std::string scored_by;                       ///< as in RunResults; empty: a night's own results
  std::string previous_path, previous_digest;  ///< as in RunResults; empty in a file of an earlier version
  int ranks = 0, threads_per_rank = 0;
  std::uint64_t accounts = 0;
  std::vector<SourceReport> sources;
  std::vector<Freshness> freshness;
  std::optional<ForgetReport> forget;
  std::vector<MissingColumn> to_buy;  ///< the most telling first
  std::vector<StageTime> stages;
  std::vector<std::string> warnings;
  std::vector<SpellingSuggestion> spellings;
  std::optional<DuplicateSearch> duplicate_search;
  struct Segmentation {
    std::string name;
    int k = 0, iterations = 0;
    double inertia = 0.0;
    Insight insight;
    std::vector<std::string> trial_arms;  ///< names by index; empty: no trial
    std::vector<TrialCell> trial;
    std::optional<ObjectiveSpec> objective;
    std::vector<std::int32_t> objective_rank;  ///< by segment; empty: no objective
    std::vector<FeatureLink> features;
    Crosswalk crosswalk;
    CoreQuality quality;
    std::vector<SegmentLikeness> likeness;
    std::vector<FeatureDistribution> distribution;  ///< empty in a file of an earlier version
    std::vector<Drift> drift;
    std::optional<Succession> succession;  ///< what it says of `since` to `migration`; nothing: its first night
  };
  std::vector<Segmentation> segmentations;
  std::optional<BestCustomers> best_customers;  ///< without ranks
  std::optional<Lookalike> lookalike;           ///< without the likeness of each account
  GateReport gate;
};

/// What became of a source from one results file to another.
enum class SourceChange { kSameBytes, kOtherBytes, kNew, kGone };
struct ComparedSource {
  std::string source;
  SourceChange change = SourceChange::kSameBytes;
};

/// Compares by content hash what two results files were made from: sources in the order of the later file, then those
/// that it lacks. Whether files were renamed or touched does not count. Not collective. Throws as read_summary().
[[nodiscard]] std::vector<ComparedSource> compare_sources(const std::string& earlier_path,
                                                          const std::string& later_path);

/// Throws Error(kNoInput) if the file is missing, Error(kBadData) if it is no results file of a version known here.
[[nodiscard]] ResultsSummary read_summary(const std::string& path);

}  // namespace tessera
