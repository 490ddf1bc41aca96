#include "fitted_segments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "model/nearest_core.hpp"
#include "tessera/macro.hpp"
#include "tessera/refine.hpp"

namespace tessera {
namespace {

/// Finds the core segment of encoded accounts: among all, or among those of the account's macro segment.
class CoreFinder {
 public:
  CoreFinder(const SegmentationResult& result, int threads)
      : result_(&result), threads_(threads), centroids_(result.centroids.size()) {
    std::ranges::transform(result.centroids, centroids_.begin(),
                           [&](double value) { return std::ldexp(value, result.encoding.exponent); });
    for (std::size_t core = 0; core < result.macro_of_core.size(); ++core) {
      if (result.macro_of_core[core] < 0) continue;
      const auto macro = static_cast<std::size_t>(result.macro_of_core[core]);
      cores_of_macro_.resize(std::max(cores_of_macro_.size(), macro + 1));
      CoreRange& range = cores_of_macro_[macro];
      if (range.begin == range.end) range.begin = static_cast<std::int32_t>(core);
      range.end = static_cast<std::int32_t>(core) + 1;
    }
  }

  [[nodiscard]] std::vector<std::int32_t> operator()(const FeatureTiles& tiles,
                                                     std::span<const std::uint32_t> rows) const {
    if (cores_of_macro_.empty()) return nearest_core(tiles, centroids_, result_->k, threads_);
    std::vector<CoreRange> ranges;
    for (const std::uint32_t row : rows)
      ranges.push_back(cores_of_macro_[static_cast<std::size_t>(result_->assignment.macro[row])]);
    return nearest_core_within(tiles, centroids_, ranges, threads_);
  }

 private:
  const SegmentationResult* result_;
  int threads_;
  std::vector<double> centroids_;          ///< k × d grid values
  std::vector<CoreRange> cores_of_macro_;  ///< by row of the segments table; empty: scope = "all"
};

/// By account of the tiles: its micro segment, or its core segment where it stops there.
std::vector<std::int32_t> finest(const SegmentationResult& result, std::vector<std::int32_t> core,
                                 const FeatureTiles& micro_tiles, std::span<const std::uint32_t> rows, int threads) {
  if (result.tree.n_micro == 0) return core;
  const auto& micro = result.assignment.micro;
  std::vector<std::int32_t> refined = core;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (micro[rows[i]] < 0) refined[i] = -1;
  refined = descend(result.tree, micro_tiles, refined, threads);
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (micro[rows[i]] >= 0) core[i] = refined[i];
  return core;
}

FittedSegments fitted(const SegmentationResult& result, int threads) {
  FittedSegments fitted;
  fitted.encodings = {&result.encoding};
  if (result.micro_encoding.d() > 0) fitted.encodings.push_back(&result.micro_encoding);
  for (const std::int32_t core : result.assignment.core) fitted.is_in.push_back(core >= 0 ? 1 : 0);
  fitted.segment_of = [&result, threads, core_of = CoreFinder(result, threads)](
                          std::span<const FeatureTiles* const> tiles, std::span<const std::uint32_t> rows) {
    return finest(result, core_of(*tiles.front(), rows), *tiles.back(), rows, threads);
  };
  return fitted;
}

}  // namespace

std::vector<FittedSegments> fitted_segments(const std::vector<SegmentationResult>& segmentations, int threads) {
  std::vector<FittedSegments> all;
  for (const SegmentationResult& result : segmentations)
    if (!is_macro_only(result.spec)) all.push_back(fitted(result, threads));
  return all;
}

}  // namespace tessera
