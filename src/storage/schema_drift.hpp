#pragma once

#include "storage/schema_evolution.hpp"

/// Names in a results file that tell how accounts lie in the bins of features, how that changed, and what the gate
/// said.
namespace tessera::storage::schema {

/// Below a segmentation: what the next night is compared with. Features of sensitive columns are absent.
namespace distribution {
inline constexpr Name kGroup = "distribution", kBins = "bins", kKpis = "kpis";
inline constexpr ColumnName kColumn{"column", "", "source.column, or the number of a matrix's column"};
inline constexpr ColumnName kType{"type", "", "number, category, flag or date"};
inline constexpr ColumnName kKind{"kind", "", "range, category, other (categories), or missing"};
inline constexpr ColumnName kLow{"low", "the column's",
                                 "of a range: low <= x < high; where both are equal, exactly that"};
inline constexpr ColumnName kHigh{"high", "the column's", "end of the range"};
inline constexpr ColumnName kCategory{"category", "", "of a category: its text; of a flag: no or yes"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "in the bin"};
inline constexpr Name kRange = "range", kOfCategory = "category", kOther = "other", kMissing = "missing";
/// Of all accounts of the population, a row a KPI.
inline constexpr ColumnName kKpi{"kpi", "", "name in the job"};
inline constexpr ColumnName kCount{"count", "accounts", "behind the estimate"};
inline constexpr ColumnName kEstimate{"estimate", "the KPI's", "of all accounts"};
inline constexpr ColumnName kEstimateLow{"low", "the KPI's", "95 % interval, lower end"};
inline constexpr ColumnName kEstimateHigh{"high", "the KPI's", "95 % interval, upper end"};
}  // namespace distribution

/// Below evolution: a row a feature, a bin or a KPI, and another night.
namespace drift {
inline constexpr Name kFeatures = "features", kBins = "bins", kKpis = "kpis";
inline constexpr ColumnName kSince{"since", "", "last_night, or baseline"};
inline constexpr ColumnName kNight{"night", "", "date of that night"};
inline constexpr ColumnName kThen{"then", "accounts", "on that night"};
inline constexpr ColumnName kNow{"now", "accounts", "tonight"};
inline constexpr ColumnName kIndex{"index", "", "population stability index; NaN: not known"};
inline constexpr ColumnName kPValue{"p_value", "", "chance of such a change or more where nothing changed"};
inline constexpr ColumnName kWhyNot{"why_not", "", "why there is no index"};
inline constexpr ColumnName kPart{"part", "", "what the bin adds to the index"};
inline constexpr ColumnName kSegment{"segment", "", "row of tonight's segments table; -1: all accounts"};
inline constexpr ColumnName kThenCount{"then_count", "accounts", "behind the estimate of that night"};
inline constexpr ColumnName kThenEstimate{"then_estimate", "the KPI's", "on that night"};
inline constexpr ColumnName kThenLow{"then_low", "the KPI's", "its 95 % interval, lower end"};
inline constexpr ColumnName kThenHigh{"then_high", "the KPI's", "its 95 % interval, upper end"};
inline constexpr ColumnName kNowCount{"now_count", "accounts", "behind tonight's estimate"};
inline constexpr ColumnName kNowEstimate{"now_estimate", "the KPI's", "tonight"};
inline constexpr ColumnName kNowLow{"now_low", "the KPI's", "its 95 % interval, lower end"};
inline constexpr ColumnName kNowHigh{"now_high", "the KPI's", "its 95 % interval, upper end"};
inline constexpr ColumnName kChange{"change", "the KPI's", "now - then"};
inline constexpr ColumnName kLow{"low", "the KPI's", "95 % interval of the change, lower end"};
inline constexpr ColumnName kHigh{"high", "the KPI's", "95 % interval of the change, upper end"};
inline constexpr ColumnName kQValue{"q_value", "", "p_value adjusted for the number of tests"};
inline constexpr Name kLastNight = "last_night", kBaseline = "baseline";
}  // namespace drift

/// A row a check, outside the digest; absent where the job has no gate.
namespace gate {
inline constexpr Name kPath = "/run/gate";
inline constexpr ColumnName kCheck{"check", "", "what was looked at"};
inline constexpr ColumnName kSubject{"subject", "", "source, segmentation, or segmentation: feature or segment"};
inline constexpr ColumnName kSince{"since", "", "night that it is compared with; empty: none"};
inline constexpr ColumnName kValue{"value", "the limit's", "NaN: there is none"};
inline constexpr ColumnName kLimit{"limit", "", "NaN: there is none"};
inline constexpr ColumnName kResult{"result", "", "pass, warning or hold"};
inline constexpr ColumnName kMessage{"message", "", "for people"};
}  // namespace gate

}  // namespace tessera::storage::schema
