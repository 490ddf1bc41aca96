#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/grid.hpp"
#include "tessera/model.hpp"

namespace tessera {

/// Eight standard deviations, less one step of the grid: what is clipped then lies on the grid exactly, with no bit
/// wasted.
inline constexpr double kClip = kGridLimit * kGridStep;
/// Twice the range that was seen, for `minmax`: an account outside it keeps its place up to a whole range away.
inline constexpr double kMinMaxClip = kClip / 4;

/// A feature, and how far from zero it can reach in own units: what the common power of two must make room for.
struct FittedFeature {
  EncodedFeature encoded;
  double reach = 0.0;
};

/// What became of one entry of `features`: none, one or several encoded features, and warnings for people.
struct FittedColumn {
  std::vector<FittedFeature> features;
  std::vector<std::string> warnings;
};

/// Scales that put two different categories, or yes and no, at squared distance 2 · weight: as far apart as two random
/// accounts are in a standardised number. Under minmax they are as far apart as a number's ends, 1 · weight; under none
/// they are the plain 0 and 1.
[[nodiscard]] inline double category_scale(Scale scale) {
  return scale == Scale::kMinMax ? std::sqrt(2.0) : 1.0;
}
[[nodiscard]] inline double flag_scale(Scale scale) {
  return scale == Scale::kStandard || scale == Scale::kRobust ? std::sqrt(0.5) : 1.0;
}

/// An indicator centred by the share of accounts that have it.
[[nodiscard]] inline FittedFeature indicator(const std::string& column, const std::string& category, double share,
                                             double scale, double weight) {
  FittedFeature fitted;
  fitted.encoded.column = column;
  fitted.encoded.name = column + " = " + category;
  fitted.encoded.category = category;
  fitted.encoded.is_indicator = true;
  fitted.encoded.offset = share;
  fitted.encoded.scale = scale;
  fitted.encoded.weight = weight;
  fitted.reach = std::fmax(share, 1.0 - share) / scale * std::sqrt(weight);
  return fitted;
}

}  // namespace tessera
