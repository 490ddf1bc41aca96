#pragma once

#include <string>
#include <vector>

#include "model/cell_reader.hpp"
#include "tessera/account_table.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// One entry of `features`, found in the table: what fitting needs to know of it.
struct FeatureColumn {
  std::string name;  ///< source.column, or the number of a matrix column
  CellSource source;
  ColumnType type = ColumnType::kNumber;
  MissingPolicy missing = MissingPolicy::kMedian;  ///< kMedian, kMean, kConstant or kUnknown
  double missing_constant = 0.0;
  bool missing_is_never = false;  ///< the longest time there is stands for a missing cell
  FeatureSpec spec;
};

/// The features of a segmentation, in the job's order; `features = "all"` is every column of the matrix, a number each.
/// A column of the matrix may be named by its number, or as source.number. Not collective; the same on every rank.
/// Throws Error(kBadJob) for a column that is not there, or is text.
[[nodiscard]] std::vector<FeatureColumn> feature_columns(const AccountTable& accounts, const Job& job,
                                                         const SegmentationSpec& segmentation);

}  // namespace tessera
