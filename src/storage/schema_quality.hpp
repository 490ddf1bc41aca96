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

/// A row a segmentation, outside the digest: see ModelStart.
namespace starts {
inline constexpr Name kPath = "/run/starts";
inline constexpr ColumnName kSegmentation{"segmentation", "", "its name"};
inline constexpr ColumnName kStart{"start", "", "fresh, warm, or kept: last night's model is tonight's"};
inline constexpr ColumnName kWhy{"why", "", "why so"};
inline constexpr ColumnName kFreshNight{"fresh_night", "", "date of the last fresh start"};
inline constexpr ColumnName kFreshInertia{"fresh_inertia", "grid values, squared", "an account, at that start"};
inline constexpr ColumnName kInertia{"inertia", "grid values, squared", "an account, tonight"};
inline constexpr ColumnName kContent{"content", "", "hash of the accounts that were clustered, with their features"};
inline constexpr ColumnName kMoved{"moved_by_model", "accounts",
                                   "of both nights, by the centroids' step; -1: not counted"};
inline constexpr ColumnName kStep{"step", "", "how far the centroids went from last night's; 1: all the way"};
inline constexpr ColumnName kCost{"cost", "", "inertia above that of going all the way, as a share"};
}  // namespace starts

/// Below evolution, a row a pair of segments of last night and tonight: see MoveCount.
namespace reasons {
inline constexpr ColumnName kLevel{"level", "", "macro, core or micro"};
inline constexpr ColumnName kFrom{"from", "", "id of last night's segment"};
inline constexpr ColumnName kTo{"to", "", "row of tonight's segments table; -1: in none of the level"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "of both nights that moved so"};
inline constexpr ColumnName kOwnData{"own_data", "accounts",
                                     "of them, last night's model moves them so by tonight's data"};
inline constexpr ColumnName kCentres{"centres", "accounts",
                                     "last night's model would have left them; the centres moved"};
inline constexpr ColumnName kJob{"job", "accounts", "the same, and the job asks for other segments than last night"};
inline constexpr ColumnName kBoth{"both", "accounts", "their own data and the model"};
inline constexpr ColumnName kUnknown{"unknown", "accounts", "last night's model does not tell"};
}  // namespace reasons

/// Below model, a row a core segment.
namespace core_segments {
inline constexpr Name kGroup = "core_segments";
inline constexpr ColumnName kMacro{"macro", "",
                                   "row of the macro segment that it is a part of; -1: of the whole population"};
}  // namespace core_segments

}  // namespace tessera::storage::schema
