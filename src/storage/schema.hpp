#pragma once

#include <cstdint>
#include <string_view>

/// Every name in a results file, but those of schema_quality.hpp and schema_evolution.hpp. A group or column that no
/// stage makes yet has its name here and is absent from the file. Names of segmentations, and columns of the sources,
/// come from the job and the data.
namespace tessera::storage::schema {

using Name = std::string_view;

/// A column of a table, as its attributes describe it.
struct ColumnName {
  Name name;
  Name unit;
  Name description;
};

inline constexpr Name kFormat = "tessera-results";
inline constexpr std::int64_t kFormatVersion = 1;

/// Attributes of every described object.
inline constexpr Name kUnit = "unit", kDescription = "description", kName = "name";
/// Unit of a column of dates (int32; kMissingDate: missing).
inline constexpr Name kDateUnit = "days since 1970-01-01";
/// Data sets of a category column.
inline constexpr Name kCodes = "codes", kCategories = "categories";

namespace root {
inline constexpr Name kPath = "/";
inline constexpr Name kFormatAttribute = "format", kVersion = "format_version", kDigest = "digest", kNight = "night";
}  // namespace root

namespace run {
inline constexpr Name kPath = "/run";
inline constexpr Name kRunId = "run_id", kAttempt = "attempt", kEngineVersion = "engine_version", kStarted = "started",
                      kFinished = "finished", kRanks = "ranks", kThreadsPerRank = "threads_per_rank", kJob = "job",
                      kJobName = "job_name", kScoredBy = "scored_by", kPrevious = "previous",
                      kPreviousDigest = "previous_digest";
}  // namespace run

namespace stages {
inline constexpr Name kPath = "/run/stages";
inline constexpr ColumnName kStage{"stage", "",
                                   "part of the run; kmeans is seeding to last pass, over all segmentations"};
inline constexpr ColumnName kSecondsMin{"seconds_min", "s", "wall time on the fastest rank"};
inline constexpr ColumnName kSecondsMax{"seconds_max", "s", "wall time on the slowest rank"};
inline constexpr ColumnName kPeakMemory{"peak_memory", "bytes",
                                        "highest resident set of any rank up to the stage's end"};
}  // namespace stages

namespace files {
inline constexpr Name kPath = "/run/sources";
inline constexpr ColumnName kSource{"source", "", "name of the source in the job"};
inline constexpr ColumnName kFile{"file", "", "path of the file"};
inline constexpr ColumnName kBytes{"bytes", "bytes", "size of the file"};
inline constexpr ColumnName kModified{"modified", "s since 1970-01-01 UTC", "time of the file's last change"};
inline constexpr ColumnName kContentHash{"content_hash", "", "hash of the file's bytes"};
}  // namespace files

/// A row a source, outside the digest: see Freshness.
namespace freshness {
inline constexpr Name kPath = "/run/freshness";
inline constexpr ColumnName kSource{"source", "", "name of the source in the job"};
inline constexpr ColumnName kNewest{"newest", "s since 1970-01-01 UTC", "latest change of any of its files"};
inline constexpr ColumnName kAge{"age", "days", "from then to 00:00 UTC of the night; 0: it came later"};
inline constexpr ColumnName kMaxAge{"max_age", "days", "how old the job lets it be; NaN: any age"};
inline constexpr ColumnName kIsOlder{"is_older", "", "1: older than max_age"};
inline constexpr ColumnName kContentHash{"content_hash", "", "hash of the bytes of all its files, in name order"};
}  // namespace freshness

/// One row, present where the run was told to forget accounts.
namespace forget {
inline constexpr Name kPath = "/run/forget";
inline constexpr ColumnName kIds{"ids", "accounts", "different ids in the list"};
inline constexpr ColumnName kUnknown{"unknown", "accounts", "of them, those that no row of any source has"};
}  // namespace forget

namespace choices {
inline constexpr Name kPath = "/run/columns";
inline constexpr ColumnName kColumn{"column", "", "source.column"};
inline constexpr ColumnName kType{"type", "", "how its cells are read"};
inline constexpr ColumnName kByJob{"by_job", "", "1: the job says so; 0: found by a scan"};
inline constexpr ColumnName kReason{"reason", "", "why this type"};
inline constexpr ColumnName kDecimalComma{"decimal_comma", "", "1: a comma parts a number's whole from its fraction"};
inline constexpr ColumnName kMonthFirst{"month_first", "", "1: the month comes first in a date such as 3/4/2025"};
}  // namespace choices

namespace warnings {
inline constexpr Name kPath = "/run/warnings";
inline constexpr ColumnName kMessage{"message", "", "what a person should know, in the order of the run"};
}  // namespace warnings

namespace sources {
inline constexpr Name kPath = "/ingest/sources";
inline constexpr ColumnName kSource{"source", "", "name of the source in the job"};
inline constexpr ColumnName kRowsRead{"rows_read", "rows", "used + duplicates + unmatched + forgotten + quarantined"};
inline constexpr ColumnName kUsed{"used", "rows", "rows that became or joined an account"};
inline constexpr ColumnName kDuplicates{"duplicates", "rows", "rows whose key came again later"};
inline constexpr ColumnName kUnmatched{"unmatched", "rows", "rows whose key is not in the population"};
inline constexpr ColumnName kForgotten{"forgotten", "rows", "rows left out as people asked to be forgotten"};
inline constexpr ColumnName kQuarantined{"quarantined", "rows", "rows left out as they could not be read"};
inline constexpr ColumnName kAsOf{"as_of", kDateUnit,
                                  "the day that a history is seen from, by the job or its rows; -2147483648: none"};
}  // namespace sources

namespace quarantine {
inline constexpr Name kPath = "/ingest/quarantine";
inline constexpr ColumnName kSource{"source", "", "name of the source in the job"};
inline constexpr ColumnName kFile{"file", "", "path of the file; outside the digest"};
inline constexpr ColumnName kLine{"line", "",
                                  "1-based line on which the row starts (of a matrix: its row); outside the digest"};
inline constexpr ColumnName kColumn{"column", "", "column of the offending cell; empty: the whole row"};
inline constexpr ColumnName kReason{"reason", "", "why the row was left out"};
inline constexpr ColumnName kText{"text", "", "the offending cell or row, cut to 200 bytes"};
}  // namespace quarantine

namespace suggestions {
inline constexpr Name kPath = "/ingest/suggestions";
inline constexpr ColumnName kKind{"kind", "",
                                  "category: of accounts; group: of [[macro]] groups, and no account has it"};
inline constexpr ColumnName kColumn{"column", "", "source.column"};
inline constexpr ColumnName kValue{"value", "", "a spelling that may be meant for another"};
inline constexpr ColumnName kSuggestion{"suggestion", "", "the commoner spelling; nothing was changed"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "accounts that have the value"};
inline constexpr ColumnName kSuggestionAccounts{"suggestion_accounts", "accounts", "accounts that have the suggestion"};
inline constexpr ColumnName kScore{
    "score", "", "share of letters that agree, of a category times the suggestion's share of the accounts of both"};
}  // namespace suggestions

namespace likely_duplicates {
inline constexpr Name kPath = "/ingest/likely_duplicates";
inline constexpr ColumnName kAccountId{"account_id", "", "id of an account"};
inline constexpr ColumnName kOtherId{"other_id", "", "id of one that may be the same company; nothing was changed"};
inline constexpr ColumnName kScore{"score", "", "likeness of their names, to 1"};
/// Attributes of the table.
inline constexpr Name kPairsFound = "pairs_found", kPairsSkipped = "pairs_skipped",
                      kAccountsSkipped = "accounts_skipped";
}  // namespace likely_duplicates

namespace unmatched {
inline constexpr Name kPath = "/ingest/unmatched";
inline constexpr ColumnName kSource{"source", "", "name of the source in the job"};
inline constexpr ColumnName kKey{"key", "", "account id, domain or macro segment as it came, cut to 200 bytes"};
inline constexpr ColumnName kRows{"rows", "rows", "rows with this key"};
inline constexpr ColumnName kWhy{"why", "", "why they found no account; the first 1,000 keys a source are listed"};
}  // namespace unmatched

namespace market {
inline constexpr Name kPath = "/ingest/market";
inline constexpr ColumnName kSource{"source", "", "name of the source in the job"};
inline constexpr ColumnName kMacro{"macro", "", "name of the macro segment"};
inline constexpr ColumnName kCompanies{"companies", "companies", "how many there are in the market; NaN: not said"};
inline constexpr ColumnName kSpend{"spend", "as in the source", "what they spend; NaN: not said"};
}  // namespace market

namespace completeness {
inline constexpr Name kPath = "/ingest/completeness";
inline constexpr ColumnName kColumn{"column", "", "source.column"};
inline constexpr ColumnName kMacro{"macro", "", "macro segment"};
inline constexpr ColumnName kPresent{"present", "accounts", "accounts that have a value"};
inline constexpr ColumnName kFilledBy{"filled_by", "", "source that filled what was missing"};
inline constexpr ColumnName kFilled{"filled", "accounts", "accounts whose value another source filled"};
inline constexpr ColumnName kMissing{"missing", "accounts", "accounts without a value"};
inline constexpr ColumnName kCouldChange{"could_change", "accounts",
                                         "accounts whose segment could change with the value"};
}  // namespace completeness

/// A row a column that lacks values which could be had: see MissingColumn.
namespace to_buy {
inline constexpr Name kPath = "/ingest/to_buy";
inline constexpr ColumnName kColumn{"column", "", "source.column; the one that could move most accounts first"};
inline constexpr ColumnName kMissing{"missing", "accounts", "accounts without a value"};
inline constexpr ColumnName kAsked{"asked", "accounts", "of them, those that were tried with plausible values"};
inline constexpr ColumnName kCouldChange{"could_change", "accounts",
                                         "accounts whose segment could change with the value; an estimate where fewer "
                                         "were asked than miss it and are in a segment"};
inline constexpr ColumnName kIsEstimate{"is_estimate", "", "1: a sample was asked; 0: every account"};
inline constexpr ColumnName kShare{"share", "", "could_change over all accounts"};
}  // namespace to_buy

/// Besides these, every column that the job names, as source.column.
namespace accounts {
inline constexpr Name kPath = "/accounts";
inline constexpr ColumnName kAccountId{"account_id", "",
                                       "id of the account, as key_format leaves it (of a matrix: its row)"};
inline constexpr ColumnName kIsCustomer{"is_customer", "", "1: customer already; 0: prospect, or not known"};
inline constexpr ColumnName kValue{"value", "of the column that [value] names",
                                   "what the account is worth; NaN: not known"};
inline constexpr ColumnName kBestRank{"best_rank", "",
                                      "place among the customers by value, from 1; 0: no customer, or value not known"};
inline constexpr ColumnName kLookalike{"lookalike", "",
                                       "likeness of a prospect to the best customers, 0 to 1; NaN: a customer"};
}  // namespace accounts

inline constexpr Name kValueCurve = "/value", kLookalikeModel = "/lookalike";

/// Groups below /segmentations/NAME.
namespace segmentation {
inline constexpr Name kParent = "/segmentations";
inline constexpr Name kPosition = "position";  ///< attribute: place in the job, from 0
inline constexpr Name kAssignment = "assignment", kSegments = "segments", kProfile = "profile", kKpi = "kpi",
                      kNeighbours = "neighbours", kMap = "map", kAffinity = "affinity", kPenetration = "penetration",
                      kTrial = "trial", kCrosswalk = "crosswalk", kFeatures = "features", kObjective = "objective",
                      kAgreement = "agreement", kQuality = "quality", kModel = "model", kEvolution = "evolution",
                      kExamples = "examples", kKpiVariance = "kpi_variance", kReturns = "returns";
}  // namespace segmentation

/// Aligned with /accounts.
namespace assignment {
inline constexpr ColumnName kMacro{"macro", "",
                                   "row of the segments table; -1: outside the population, or no such level"};
inline constexpr ColumnName kCore{"core", "", "row of the segments table; -1: outside the population"};
inline constexpr ColumnName kMicro{"micro", "",
                                   "row of the segments table; -1: outside the population, or no such level"};
inline constexpr ColumnName kDistance{"distance", "encoded features' own units", "to the centre of the core segment"};
inline constexpr ColumnName kFit{"fit", "", "1 - distance / distance to the next best, from 0 (on the border) to 1"};
inline constexpr ColumnName kNextBest{"next_best", "", "row of the next nearest core segment; -1: none"};
inline constexpr ColumnName kTrialArm{"trial_arm", "",
                                      "arm of the trial that the account is in; -1: suppressed, or outside"};
}  // namespace assignment

namespace segments {
inline constexpr ColumnName kId{"id", "", "stable from night to night, never reused"};
inline constexpr ColumnName kParent{"parent", "", "row of the parent segment; -1: none"};
inline constexpr ColumnName kLevel{"level", "", "macro, core or micro"};
inline constexpr ColumnName kName{"name", "", "unique within the segmentation"};
inline constexpr ColumnName kRule{"rule", "", "the segment in plain words; empty: none known"};
inline constexpr ColumnName kRulePrecision{"rule_precision", "",
                                           "share of the rule's accounts that are in the segment"};
inline constexpr ColumnName kRuleRecall{"rule_recall", "", "share of the segment's accounts that the rule finds"};
inline constexpr ColumnName kRuleCoverage{"rule_coverage", "",
                                          "share of the population's accounts that the rule finds"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "size"};
inline constexpr ColumnName kCustomers{"customers", "accounts", "of them customers"};
inline constexpr ColumnName kProspects{"prospects", "accounts", "of them prospects"};
inline constexpr ColumnName kContactable{"contactable", "accounts", "of them not suppressed"};
inline constexpr ColumnName kValue{"value", "of the column that [value] names", "sum over the accounts"};
inline constexpr ColumnName kObjectiveRank{"objective_rank", "",
                                           "place among the segments of its level by the objective; 0: not known"};
inline constexpr Name kMacroLevel = "macro", kCoreLevel = "core", kMicroLevel = "micro";
}  // namespace segments

/// Below profile.
namespace number_profile {
inline constexpr Name kGroup = "numbers";
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table"};
inline constexpr ColumnName kColumn{"column", "", "source.column"};
inline constexpr ColumnName kCount{"count", "accounts", "accounts that have a value"};
inline constexpr ColumnName kMean{"mean", "the column's", "mean over those accounts"};
inline constexpr ColumnName kMedian{"median", "the column's", "median over those accounts"};
inline constexpr ColumnName kSd{"sd", "the column's", "standard deviation over those accounts"};
inline constexpr ColumnName kLift{"lift", "", "mean over the mean of the whole population"};
inline constexpr ColumnName kEffect{"effect", "", "(mean - whole mean) / whole standard deviation"};
}  // namespace number_profile

namespace category_profile {
inline constexpr Name kGroup = "categories";
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table"};
inline constexpr ColumnName kColumn{"column", "", "source.column"};
inline constexpr ColumnName kCategory{"category", "", "value of the column"};
inline constexpr ColumnName kCount{"count", "accounts", "accounts of the segment with that value"};
inline constexpr ColumnName kShare{"share", "", "their share among the segment's accounts"};
inline constexpr ColumnName kLift{"lift", "", "that share over the share in the whole population"};
}  // namespace category_profile

/// A row for each of the nearest segments of the same level.
namespace neighbours {
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table"};
inline constexpr ColumnName kNeighbour{"neighbour", "", "row of one of the nearest segments of the same level"};
inline constexpr ColumnName kRank{"rank", "", "1: the nearest"};
inline constexpr ColumnName kAccounts{"accounts", "accounts",
                                      "of the segment that have the neighbour as next best; 0 where none is known"};
inline constexpr ColumnName kDistance{"distance", "encoded features' own units", "between the centres"};
inline constexpr ColumnName kTrait{"trait", "", "what sets the segment apart from the neighbour; empty: nothing clear"};
}  // namespace neighbours

namespace examples {
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table"};
inline constexpr ColumnName kAccountId{"account_id", "", "an account near the centre, the nearest first"};
inline constexpr ColumnName kDistance{"distance", "encoded features' own units",
                                      "to the mean of the segment's accounts"};
}  // namespace examples

/// Below map: segments and a sample of accounts in the plane of the two principal components.
namespace map {
inline constexpr Name kShareX = "share_of_variance_x", kShareY = "share_of_variance_y";
inline constexpr Name kBubbles = "segments", kPoints = "accounts";
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table; of an account the finest it is in"};
inline constexpr ColumnName kX{"x", "encoded features' own units", "along the first principal component"};
inline constexpr ColumnName kY{"y", "encoded features' own units", "along the second principal component"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "size of the segment"};
}  // namespace map

/// A row an arm of the whole population, then of each segment.
namespace trial {
inline constexpr Name kCampaign = "campaign";  ///< attribute
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table; -1: the whole population"};
inline constexpr ColumnName kArm{"arm", "", "name of the arm; the control's rows come first"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "in the arm; all of them may be contacted"};
inline constexpr ColumnName kShare{"share", "", "of the segment's accounts that are in any arm"};
inline constexpr ColumnName kStatedShare{"stated_share", "", "what the job asks for"};
inline constexpr ColumnName kZ{"z", "standard deviations", "imbalance: accounts less those stated, of a fair draw"};
inline constexpr ColumnName kSmallestUplift{"smallest_uplift", "",
                                            "rise of the response rate that is found with a chance of 80 %; NaN: none"};
}  // namespace trial

/// Attributes.
namespace objective {
inline constexpr Name kGoal = "goal", kKpi = "kpi", kTarget = "target", kHigh = "high", kLow = "low";
}  // namespace objective

/// A row a feature of the job: see FeatureLink.
namespace features {
inline constexpr ColumnName kColumn{"column", "", "source.column, or the number of a matrix's column"};
inline constexpr ColumnName kImportance{"importance", "", "share of the squared distances between core segments"};
inline constexpr ColumnName kExplained{"explained", "", "share of its own variance that is between core segments"};
inline constexpr ColumnName kRedundancy{"redundancy", "", "largest magnitude of its correlation with another feature"};
inline constexpr ColumnName kRedundantWith{"redundant_with", "", "that other feature"};
inline constexpr ColumnName kKpiCorrelation{"kpi_correlation", "",
                                            "with the objective's KPI; NaN: a category, or none"};
inline constexpr ColumnName kKpiExplained{"kpi_explained", "", "share of the KPI's variance that it explains"};
}  // namespace features

/// A row a pair of a segment of today and one of ours that have accounts in common.
namespace crosswalk {
inline constexpr ColumnName kSegment{"segment", "", "row of the segments table"};
inline constexpr ColumnName kExisting{"existing", "", "segment of today; empty: in none"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "in both"};
inline constexpr ColumnName kShareOfExisting{"share_of_existing", "", "of today's accounts in the population"};
inline constexpr ColumnName kShareOfSegment{"share_of_segment", "", "of the segment's accounts"};
inline constexpr ColumnName kLikeness{"likeness", "", "accounts in both over accounts in either"};
}  // namespace crosswalk

/// Below crosswalk: a row a level.
namespace agreement {
inline constexpr ColumnName kLevel{"level", "", "macro, core or micro"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "that have a segment of today and one of the level"};
inline constexpr ColumnName kAdjustedRand{"adjusted_rand", "", "1: the same, 0: as by chance; NaN: not known"};
}  // namespace agreement

/// Below model: all that `score` needs.
namespace model {
inline constexpr Name kExponent = "exponent";  ///< attribute: grid value = own-units value · 2^exponent
inline constexpr Name kEncoding = "encoding", kTree = "tree";
inline constexpr Name kMicroEncoding = "micro_encoding";  ///< as kEncoding, where the micro level has its own features
inline constexpr Name kBounds = "bounds";
inline constexpr ColumnName kCentroids{"centroids", "encoded features' own units", "k x d, a row a core segment"};
inline constexpr ColumnName kTreeCentroids{"tree_centroids", "grid values", "nodes x d, a row a node of the tree"};
inline constexpr ColumnName kMicroCentres{"micro_centres", "grid values", "a row a micro segment: what bounds go from"};
}  // namespace model

/// What was learnt from the values of a sensitive column is left out: category "", numbers NaN.
/// A row an encoded feature: clip((winsorised(transform(x)) - offset) / scale) * sqrt(weight).
namespace encoding {
inline constexpr ColumnName kColumn{"column", "", "source.column, or the number of a matrix's column"};
inline constexpr ColumnName kName{"name", "", "unique name of the feature"};
inline constexpr ColumnName kCategory{"category", "", "the category that an indicator stands for"};
inline constexpr ColumnName kIsIndicator{"is_indicator", "", "1: 1 where the cell is the category, else 0"};
inline constexpr ColumnName kIsUnknown{"is_unknown", "", "1: the indicator of missing cells"};
inline constexpr ColumnName kIsOther{"is_other", "", "1: the indicator of categories too rare for one of their own"};
inline constexpr ColumnName kTransform{"transform", "", "none or log1p"};
inline constexpr ColumnName kFill{"fill", "the column's", "stands for a missing cell, before the transform"};
inline constexpr ColumnName kLow{"low", "transformed", "lower winsorising bound; used where low < high"};
inline constexpr ColumnName kHigh{"high", "transformed", "upper winsorising bound"};
inline constexpr ColumnName kOffset{"offset", "transformed", "subtracted"};
inline constexpr ColumnName kScale{"scale", "transformed", "divided by"};
inline constexpr ColumnName kClip{"clip", "scaled", "largest magnitude; 0: no clip"};
inline constexpr ColumnName kWeight{"weight", "", "multiplies squared distance"};
inline constexpr ColumnName kClipped{"clipped", "accounts", "accounts clipped when fitted"};
}  // namespace encoding

/// A row a node; nodes 0 to k - 1 are the core segments.
namespace tree {
inline constexpr ColumnName kParent{"parent", "", "node; -1: a core segment"};
inline constexpr ColumnName kLeft{"left", "", "node; -1: a leaf"};
inline constexpr ColumnName kRight{"right", "", "node; -1: a leaf"};
inline constexpr ColumnName kCore{"core", "", "core segment, from 0"};
inline constexpr ColumnName kMicro{"micro", "", "micro segment of a leaf, from 0, after the merges; -1: an inner node"};
inline constexpr ColumnName kAccounts{"accounts", "accounts", "accounts that come by the node"};
}  // namespace tree

/// A row a micro segment, where the job asks for outliers.
namespace bounds {
inline constexpr ColumnName kDistance{"distance", "grid values", "from the centre; accounts farther away are outliers"};
inline constexpr ColumnName kOutliers{"outliers", "", "micro segment, from 0, of the outliers; -1: none were there"};
}  // namespace bounds

}  // namespace tessera::storage::schema
