#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "tessera/ingest.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"
#include "tessera/model.hpp"
#include "tessera/model_start.hpp"
#include "tessera/refine.hpp"

namespace tessera {

/// What one night fitted for one segmentation, read back from its results: all that finds an account's segments again.
/// It fits together: every reference is in range, every number is one.
struct StoredModel {
  SegmentationSpec spec;  ///< as the job of that night has it
  /// Of the segments table: macro, then core, then micro segments. Sizes and names, without measures.
  std::vector<Segment> segments;
  std::int32_t first_core = 0, first_micro = 0;  ///< rows of that table
  int k = 0;                                     ///< 0: there are macro segments alone
  FeatureEncoding encoding;
  std::vector<double> centroids;            ///< k × d, the encoded features' own units
  std::vector<std::int32_t> macro_of_core;  ///< k: row of the segments table; −1: scope = "all"
  RefinementTree tree;                      ///< n_micro = 0: no refinement
  FeatureEncoding micro_encoding;           ///< no features: the micro level has the segmentation's
  ModelStart start;
  std::vector<std::string> withheld;  ///< sensitive features, whose encoding the file does not tell

  /// The centroids as clustering had them: k × d grid values.
  [[nodiscard]] std::vector<double> grid_centroids() const;
  /// The encoding of the micro level.
  [[nodiscard]] const FeatureEncoding& encoding_of_micro() const noexcept {
    return micro_encoding.d() > 0 ? micro_encoding : encoding;
  }
};

/// The models of one results file, and what they need of the night.
struct StoredModels {
  std::string path, night, digest;
  Job job;                                    ///< that ran; its paths are as written in the job file and lead nowhere
  std::vector<ColumnChoice> columns;          ///< how each column was read
  std::map<std::string, std::int32_t> as_of;  ///< by source that has a history: the day that it was seen from
  std::vector<StoredModel> segmentations;     ///< in the job's order

  /// Null: there is none of that name.
  [[nodiscard]] const StoredModel* find(const std::string& segmentation) const noexcept;
};

/// Reads the models of a results file, which is hostile until checked. Not collective, no MPI. Throws Error(kNoInput)
/// if the file is missing, Error(kBadData) if it is no results file of a version known here, or does not fit together.
[[nodiscard]] StoredModels read_stored_models(const std::string& path);

/// Throws Error(kBadData) if the model does not tell all that finds an account's segments; the message names `where`.
void check_is_whole(const StoredModel& model, const std::string& where);

}  // namespace tessera
