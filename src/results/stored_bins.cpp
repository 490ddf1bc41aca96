#include "results/stored_bins.hpp"

#include <algorithm>
#include <limits>

namespace tessera::results {

namespace {

using Kind = DistributionBin::Kind;

/// Ranges from −∞ to ∞ without gaps; a bin of one value is between two others.
bool ascend(const std::vector<DistributionBin>& bins) {
  double reached = -std::numeric_limits<double>::infinity();
  bool was_point = true;
  for (std::size_t b = 0; b + 1 < bins.size(); ++b) {
    const bool is_point = bins[b].low == bins[b].high;
    if (bins[b].low != reached || !(bins[b].low <= bins[b].high) || (is_point && was_point)) return false;
    reached = bins[b].high;
    was_point = is_point;
  }
  return reached == std::numeric_limits<double>::infinity() && !was_point;
}

}  // namespace

std::string wrong_with(const FeatureDistribution& feature) {
  const auto& bins = feature.bins;
  if (bins.size() < 2 || bins.back().kind != Kind::kMissing) return "the last bin is not that of missing values";
  if (std::ranges::any_of(bins, [](const DistributionBin& bin) { return bin.accounts < 0; }))
    return "one has fewer than no accounts";
  const bool has_codes = feature.type == ColumnType::kCategory || feature.type == ColumnType::kFlag;
  for (std::size_t b = 0; b + 1 < bins.size(); ++b) {
    const bool is_range = bins[b].kind == Kind::kRange;
    if (bins[b].kind == Kind::kMissing || is_range == has_codes) return "one is of another type";
  }
  return has_codes || ascend(bins) ? "" : "the ranges do not ascend";
}

}  // namespace tessera::results
