#pragma once

#include "storage/schema.hpp"

/// Names in a results file that tell how core segments were found and how good they are.
namespace tessera::storage::schema {

namespace quality {
inline constexpr Name kIterations = "iterations", kInertia = "inertia", kK = "k", kWhyK = "why_k",
                      kSilhouette = "silhouette_simplified", kCalinskiHarabasz = "calinski_harabasz",
                      kDaviesBouldin = "davies_bouldin";
inline constexpr ColumnName kInertiaByIteration{"inertia_by_iteration", "encoded features' own units, squared",
                                                "inertia before each update of the winning start"};
}  // namespace quality

/// Below quality, a row a k that was tried: see KCriteria. Measured on a sample of accounts; NaN: it could not be told.
namespace choice_of_k {
inline constexpr Name kGroup = "choice_of_k";
inline constexpr ColumnName kMacro{"macro", "", "row of the macro segment that was clustered; -1: the population"};
inline constexpr ColumnName kK{"k", "", "number of core segments"};
inline constexpr ColumnName kInertia{"inertia", "encoded features' own units, squared", "of the sample"};
inline constexpr ColumnName kCalinskiHarabasz{"calinski_harabasz", "", "more is better"};
inline constexpr ColumnName kDaviesBouldin{"davies_bouldin", "", "less is better"};
inline constexpr ColumnName kSilhouette{"silhouette_simplified", "", "distances to centres; more is better"};
inline constexpr ColumnName kGap{"gap", "", "gap statistic against uniform points in the bounding box; more is better"};
inline constexpr ColumnName kGapError{"gap_error", "", "standard error of the gap"};
inline constexpr ColumnName kBic{"bic", "", "of spherical clusters of one variance; more is better"};
inline constexpr ColumnName kStability{"stability", "", "mean Jaccard index of a segment over bootstrap samples"};
inline constexpr ColumnName kPlace{"place", "",
                                   "middle of its ranks by the six criteria, the least was chosen; NaN: too unstable"};
}  // namespace choice_of_k

/// Below model, a row a core segment.
namespace core_segments {
inline constexpr Name kGroup = "core_segments";
inline constexpr ColumnName kMacro{"macro", "",
                                   "row of the macro segment that it is a part of; -1: of the whole population"};
}  // namespace core_segments

}  // namespace tessera::storage::schema
