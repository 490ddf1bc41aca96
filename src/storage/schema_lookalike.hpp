#pragma once

#include "storage/schema.hpp"

/// The names of /lookalike, and of the table `lookalike` of each segmentation: how like prospects are to the best
/// customers.
namespace tessera::storage::schema {

/// Attributes and tables of /lookalike. Where why_not is not empty, only the counts of accounts are there.
namespace lookalike {
inline constexpr Name kPath = kLookalikeModel;
inline constexpr Name kWhyNot = "why_not", kProspects = "prospects", kContactable = "contactable", kBest = "best",
                      kRest = "rest", kHeldOutBest = "held_out_best", kHeldOutRest = "held_out_rest",
                      kPenalty = "penalty", kSteps = "steps", kIntercept = "intercept", kAuc = "auc",
                      kAucLow = "auc_low", kAucHigh = "auc_high", kThreshold = "threshold", kAbove = "above",
                      kAboveContactable = "above_contactable";
inline constexpr Name kColumns = "columns", kFactors = "factors", kCalibration = "calibration", kReach = "reach",
                      kClosest = "closest";
/// Of a segmentation.
inline constexpr Name kBySegment = "lookalike";
}  // namespace lookalike

/// A row a column of the accounts.
namespace likeness_columns {
inline constexpr ColumnName kColumn{"column", "", "source.column"};
inline constexpr ColumnName kIsUsed{"is_used", "", "1: likeness goes by it"};
inline constexpr ColumnName kWhyNot{"why_not", "", "why it does not; empty: it does"};
inline constexpr ColumnName kAlone{"alone", "", "area under the curve of this column alone; NaN: not tried"};
inline constexpr ColumnName kEffect{"effect", "log-odds", "standard deviation over customers of what it adds"};
}  // namespace likeness_columns

/// A row a feature; its encoding has the columns of the model's encoding table beside these.
namespace likeness_factors {
inline constexpr ColumnName kCoefficient{"coefficient", "log-odds", "of the encoded feature"};
inline constexpr ColumnName kSd{"sd", "", "standard deviation of the encoded feature over the training customers"};
inline constexpr ColumnName kEffect{"effect", "log-odds", "coefficient times sd; the strongest first"};
inline constexpr ColumnName kWords{"words", "", "the same for people"};
}  // namespace likeness_factors

/// A row a group of held-out customers, by ascending likeness.
namespace calibration {
inline constexpr ColumnName kCustomers{"customers", "accounts", "held-out customers"};
inline constexpr ColumnName kExpected{"expected", "", "their mean likeness"};
inline constexpr ColumnName kBest{"best", "accounts", "of them among the best"};
inline constexpr ColumnName kObserved{"observed", "", "best / customers"};
inline constexpr ColumnName kLow{"low", "", "lower end of its 95 % interval"};
inline constexpr ColumnName kHigh{"high", "", "upper end of its 95 % interval"};
}  // namespace calibration

namespace reach {
inline constexpr ColumnName kReach{"reach", "", "share of the prospects, the likest first"};
inline constexpr ColumnName kProspects{"prospects", "accounts", "prospects at least so like"};
inline constexpr ColumnName kContactable{"contactable", "accounts", "of them not suppressed"};
inline constexpr ColumnName kLikeness{"likeness", "", "of the least like of them"};
inline constexpr ColumnName kMean{"mean", "", "their mean likeness"};
}  // namespace reach

namespace closest {
inline constexpr ColumnName kAccountId{"account_id", "", "a prospect that may be contacted; the likest first"};
inline constexpr ColumnName kLikeness{"likeness", "", "likeness to the best customers"};
}  // namespace closest

namespace segment_likeness {
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table"};
inline constexpr ColumnName kProspects{"prospects", "accounts", "its prospects"};
inline constexpr ColumnName kContactable{"contactable", "accounts", "of them not suppressed"};
inline constexpr ColumnName kMean{"mean", "", "their mean likeness; NaN: there are none"};
inline constexpr ColumnName kAbove{"above", "accounts", "prospects as like as the middle one of the best customers"};
inline constexpr ColumnName kAboveContactable{"above_contactable", "accounts", "of them not suppressed"};
}  // namespace segment_likeness

}  // namespace tessera::storage::schema
