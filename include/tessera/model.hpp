#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/feature_tiles.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// One encoded feature: how a cell of one column becomes a number. Fitted by prepare, applied by prepare and score.
///
/// A number x (a date is days since 1970-01-01; a flag is 0 or 1; missing is `fill`) becomes
///   clip(winsorised(transform(x)) − offset) / scale, ±clip) · √weight        and, on the grid, · 2^exponent, rounded.
/// An indicator is 1 where the cell's category is `category`, else 0, in place of transform(x).
struct EncodedFeature {
  std::string column;    ///< source.column, or the number of a matrix column
  std::string name;      ///< unique: the column, or "column = category" for an indicator
  std::string category;  ///< indicators only
  bool is_indicator = false;
  bool is_unknown = false;  ///< the indicator of missing cells
  bool is_other = false;    ///< the indicator of the categories too rare for one of their own
  Transform transform = Transform::kNone;
  double fill = 0.0;             ///< stands for a missing cell, before the transform
  double low = 0.0, high = 0.0;  ///< winsorising bounds after the transform; used if low < high
  double offset = 0.0;
  double scale = 1.0;  ///< > 0
  double clip = 0.0;   ///< 0: no clip (scale = "none")
  double weight = 1.0;
  std::int64_t clipped = 0;  ///< accounts clipped when fitted, over all ranks
};

/// All of a segmentation's encoding. Plain data: the same on every rank, and stored in the results' model.
struct FeatureEncoding {
  std::vector<EncodedFeature> features;  ///< d of them
  int exponent = 0;                      ///< grid value = own-units value · 2^exponent
  [[nodiscard]] int d() const noexcept { return static_cast<int>(features.size()); }
};

/// The encoded features of `rows` (local rows of the table) on the grid, in tiles: what clustering works on. Reads a
/// matrix source's rows from its file. Not collective.
[[nodiscard]] FeatureTiles encode(const FeatureEncoding& encoding, const AccountTable& accounts,
                                  std::span<const std::uint32_t> rows, int threads);

}  // namespace tessera
