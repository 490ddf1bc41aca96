#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "plan/sample.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::plan {

/// A column that is held in memory, by row or by account.
struct HeldColumn {
  std::string name;
  ColumnType type = ColumnType::kNumber;
  double text_bytes = 0.0;  ///< mean, of a text
  double distinct = 0.0;    ///< values, of a category
  bool has_missing = false;

  [[nodiscard]] double bytes() const noexcept;  ///< a row
};

/// A source, as much as its sample tells of the whole.
struct SourceWork {
  const SourceSpec* spec = nullptr;
  std::size_t files = 0;
  double bytes = 0.0;  ///< of the files
  SourceSample sample;
  double rows = 0.0;
  double key_bytes = 0.0;                              ///< mean
  double categories_a_row = 0.0;                       ///< of a history or feedback: 1 if it has them
  std::vector<HeldColumn> stored;                      ///< as rows travel to their owners
  std::vector<HeldColumn> of_accounts;                 ///< what accounts get of it
  [[nodiscard]] double stored_bytes() const noexcept;  ///< a row, with its key, its hash and its place
};

/// A segmentation's size.
struct SegmentationWork {
  const SegmentationSpec* spec = nullptr;
  double share = 1.0;      ///< of the accounts that are clustered
  int features = 0;        ///< columns
  int d = 0;               ///< encoded
  int d_micro = 0;         ///< of the micro level, where it has features of its own; else 0
  int k = 0;               ///< of automatic k, the middle of its range
  bool was_there = false;  ///< in last night's results
  bool is_warm = false;    ///< goes on from last night's features, centroids and tree
};

/// Results of other nights that are read again by account.
struct NightsBefore {
  double last_accounts = 0.0;      ///< last night's; 0: tonight is the first
  double baseline_accounts = 0.0;  ///< those of the last approved night; 0: there is none
};

/// What there is to do for a job, over all ranks.
struct Workload {
  std::vector<SourceWork> sources;
  std::size_t population = 0;  ///< source
  double accounts = 0.0;
  bool is_matrix = false;
  double matrix_columns = 0.0;
  double column_bytes = 0.0;  ///< an account, of all columns kept
  int columns = 0;            ///< kept
  std::size_t macros = 0;     ///< criteria
  int written_columns = 0;    ///< of accounts, in the results
  double customers = 1.0;     ///< share of accounts
  std::vector<SegmentationWork> segmentations;
  NightsBefore before;
  bool is_remembered = false;    ///< the job has [previous], and a hash of what is clustered is kept
  bool is_pseudonymous = false;  ///< other nights are in the order of pseudonyms
  int filled_columns = 0;        ///< by enrichments
  double checkpoint_every_s = 0.0;
  std::vector<std::string> notes;  ///< what is guessed and not known, for people

  /// Of an account in a checkpoint, which keeps what ingest made of the sources. A matrix is read again.
  [[nodiscard]] double kept_bytes() const noexcept;
  [[nodiscard]] const SourceWork& of_population() const { return sources[population]; }
};

/// Reads samples of all sources, and no other night's results: it is the first one's. Not collective. Throws
/// Error(kNoInput, kBadData) as reading does; Error(kBadData) where the population has no rows.
[[nodiscard]] Workload workload_of(const Job& job, const std::vector<SourceHead>& heads, const SampleSize& size = {});

}  // namespace tessera::plan
