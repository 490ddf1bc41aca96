#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tessera/job_nights.hpp"

namespace tessera {

/// A column as the job names it: `source.column`, or bare where unique. Keeps its place in the job file for messages.
struct ColumnRef {
  std::string text;
  int line = 0;    ///< 1-based; 0: the reference does not come from the file (a default, or --set)
  int column = 0;  ///< 1-based
  [[nodiscard]] bool empty() const noexcept { return text.empty(); }
};

/// Arithmetic on columns, such as "quantity * unit_price * (1 - discount)", as steps of a stack machine in the written
/// order.
struct Arithmetic {
  enum class Operation : std::uint8_t { kNumber, kColumn, kNegate, kAdd, kSubtract, kMultiply, kDivide };
  struct Step {
    Operation operation = Operation::kNumber;
    std::uint32_t column = 0;  ///< kColumn: index into `columns`
    double number = 0.0;       ///< kNumber
  };
  static constexpr int kMostPending = 80;  ///< values on the stack at any time
  std::vector<Step> steps;                 ///< ends with one value on the stack
  std::vector<ColumnRef> columns;          ///< each once, where it is first named
  std::string text;                        ///< as in the job file
  [[nodiscard]] bool empty() const noexcept { return steps.empty(); }
};

enum class SourceKind { kAccounts, kMatrix, kHistory, kLookup, kEnrichment, kContacts, kFeedback, kMarket };
/// kDomain is no word of the job file: it is how the keys of a source with match = "domain" are read.

/// Whether a source has many rows an account, which are folded into what accounts have done or said.
[[nodiscard]] constexpr bool is_folded_by_account(SourceKind kind) noexcept {
  return kind == SourceKind::kHistory || kind == SourceKind::kContacts || kind == SourceKind::kFeedback;
}

enum class KeyFormat { kText, kInteger, kTrimmed, kUpper, kDomain };
enum class Match { kKey, kDomain };

/// What a [[source]] of kind = "history" folds per account. Columns are the history's own, or those of its lookup.
struct HistorySpec {
  struct Via {
    ColumnRef source;  ///< name of a [[source]] of kind = "lookup"
    ColumnRef key;     ///< the history's column that holds the lookup's key
  };
  struct Returns {
    ColumnRef column;
    std::string prefix;  ///< of the cells of rows that are returns
  };
  std::optional<Via> via;             ///< the account's key is then a column of the lookup
  ColumnRef time;                     ///< a date; empty: no recency, gaps, tenure, trend
  Arithmetic amount;                  ///< empty: no monetary, average order, trend
  ColumnRef category;                 ///< empty: no shares
  std::optional<std::int32_t> as_of;  ///< days since 1970-01-01; absent: the day after the newest row
  std::optional<Returns> returns;     ///< absent: rows with a negative amount are returns
  bool population = false;            ///< its keys are the accounts
};

/// What a [[source]] of kind = "enrichment" fills of what accounts lack.
struct EnrichmentSpec {
  struct Fill {
    ColumnRef column;  ///< of a source of accounts
    ColumnRef theirs;  ///< the enrichment's own
  };
  std::optional<std::vector<Fill>> fills;  ///< absent: columns of the same name
};

/// How far up a title stands; the first is the highest.
enum class Seniority : std::uint8_t { kCLevel, kVp, kDirector, kManager, kSenior, kStaff, kJunior };
inline constexpr std::size_t kSeniorities = 7;

/// What a title, or words in one, says of its holder.
struct TitleRule {
  std::string words;
  std::optional<Seniority> seniority;
  std::string department;  ///< empty: it does not say
};

/// What a [[source]] of kind = "contacts" knows of people. Columns are its own.
struct ContactsSpec {
  ColumnRef title;                ///< empty: no seniority, no department
  ColumnRef email;                ///< empty: nobody is known to be reachable
  ColumnRef opt_out;              ///< a flag: wants no mail; empty: nobody has said so
  std::vector<TitleRule> titles;  ///< before the built-in table
  std::vector<Seniority> decision_makers = {Seniority::kCLevel, Seniority::kVp, Seniority::kDirector};
};

/// What a [[source]] of kind = "feedback" asks of its rows. Columns are its own.
struct FeedbackSpec {
  ColumnRef score;                    ///< a number
  ColumnRef theme;                    ///< a category; empty: no shares
  ColumnRef time;                     ///< a date; empty: the last row is the latest
  std::optional<std::int32_t> as_of;  ///< days since 1970-01-01; absent: the day after the newest row
};

/// What a [[source]] of kind = "market" says of each macro segment, whose names are its key. Columns are its own.
struct MarketSpec {
  ColumnRef companies;  ///< how many there are, whether in the population or not
  ColumnRef spend;      ///< what they spend in a year
};

/// One [[source]]; see population_source() for who names the population.
struct SourceSpec {
  std::string name;
  SourceKind kind = SourceKind::kAccounts;
  std::string path;  ///< absolute, environment expanded, globs not yet
  std::string key;   ///< column of the account id; empty for a matrix (the row number is it)
  KeyFormat key_format = KeyFormat::kText;
  char delimiter = 0;  ///< 0: found from the header line (comma, semicolon, tab or bar); ' ': any number of spaces
  std::vector<std::string> header;  ///< the columns of files without a header line; empty: the first line names them
  std::vector<std::int64_t>
      widths;           ///< characters of each column, as many as `header` has; empty: a delimiter parts them
  std::string dataset;  ///< matrix only: path of the data set in the HDF5 file
  int line = 0;
  std::string path_as_written;      ///< as in the job file: relative, ${VAR} not expanded; what the results show
  HistorySpec history;              ///< kHistory only
  std::optional<TimeSpan> max_age;  ///< of the newest file
  Match match = Match::kKey;        ///< kAccounts and kEnrichment: what rows find their account by
  ColumnRef match_column;           ///< kDomain: the column of accounts with their web or e-mail address
  ColumnRef parent;                 ///< the population of accounts only: the column with the id of an account's parent
  EnrichmentSpec enrichment;        ///< kEnrichment only
  ContactsSpec contacts;            ///< kContacts only
  FeedbackSpec feedback;            ///< kFeedback only
  MarketSpec market;                ///< kMarket only
};

enum class ColumnType { kNumber, kCategory, kFlag, kDate, kText };

/// What parts whole from fraction in a number, and which of day and month comes first in a date such as 3/4/2025.
enum class DecimalMark { kPoint, kComma };
enum class DateOrder { kDayFirst, kMonthFirst };

/// What to do with a missing cell when the column becomes a feature (kQuarantine: at ingest already).
enum class MissingPolicy { kMedian, kMean, kConstant, kUnknown, kQuarantine };

/// One [columns.NAME]. Fields left unset take the default of the column's type.
struct ColumnSpec {
  ColumnRef column;
  std::optional<ColumnType> type;
  std::optional<double> min, max;         ///< numbers: outside is a mistake of the cell
  std::optional<DecimalMark> decimal;     ///< numbers; unset: found from the whole column
  std::optional<DateOrder> date_order;    ///< dates; unset: found from the whole column
  bool bad_cell_becomes_missing = false;  ///< on_error = "missing"; default: the row is quarantined
  std::optional<MissingPolicy> missing;
  double missing_constant = 0.0;
  std::map<std::string, std::string> merge;  ///< categories: spelling → value
};

/// A band of numbers [from, below); an absent bound is open.
struct Band {
  std::string name;
  std::optional<double> from, below;
};

/// One [[macro]]: bands of a number or groups of categories; exactly one of the two is given.
struct MacroSpec {
  std::string name;
  ColumnRef column;
  std::vector<Band> bands;  ///< in ascending order, without overlap
  struct Group {
    std::string name;
    std::vector<std::string> values;
  };
  std::vector<Group> groups;  ///< in the order of the job file
};

/// [value]: what a good customer is.
struct ValueSpec {
  ColumnRef column;    ///< a number; empty: no value
  ColumnRef customer;  ///< a flag; empty: everybody is a customer
  ColumnRef suppress;  ///< a flag: segmented, but on no list; empty: nobody is
  double best = 0.2;   ///< share of customers who are the best, (0, 1]
  std::optional<double>
      best_share_of_value;  ///< in place of `best`: the fewest customers that bring this share, (0, 1]
};

/// [duplicates]: which accounts may be one company.
struct DuplicatesSpec {
  ColumnRef name;       ///< text or category
  ColumnRef place;      ///< text or category: only accounts of one place are likened; empty: all
  double least = 0.85;  ///< the least likeness of two names that is reported, 0.5 to 1
};

enum class KpiKind { kRatio, kRate, kMean, kNps };

/// One line of [kpi].
struct KpiSpec {
  std::string name;
  KpiKind kind = KpiKind::kMean;
  ColumnRef column;                  ///< rate, mean, nps
  ColumnRef numerator, denominator;  ///< ratio: Σ numerator / Σ denominator
};

/// One line of [affinity]: what resonates with whom.
struct AffinitySpec {
  std::string name;  ///< "channel", "content", "product"
  ColumnRef column;  ///< a category; or a history's name and ".category", for the shares of what was ordered
};

enum class Transform { kNone, kLog1p };
enum class Scale { kStandard, kRobust, kMinMax, kNone };

/// One entry of `features`.
struct FeatureSpec {
  ColumnRef column;
  Transform transform = Transform::kNone;
  double winsorise = 0.0;  ///< share clipped at each end, by quantile, [0, 0.5)
  double weight = 1.0;     ///< multiplies squared distance; > 0
};

/// How far k-means goes for a lower inertia: Lloyd's iteration alone, or swaps of centroids after it.
enum class Quality { kPlain, kBest };

enum class Population { kAll, kCustomers, kProspects };

/// What a split of a leaf must show: a better Bayesian information criterion, a share of variance explained, or halves
/// that are not one normal distribution.
enum class SplitCriterion { kBic, kVariance, kAndersonDarling };

/// `refine` of a segmentation.
struct RefineSpec {
  std::int64_t min_accounts = 200;
  int max_micro = 500;
  SplitCriterion criterion = SplitCriterion::kBic;
  std::int64_t min_customers = 0;
  double min_value = 0.0;                  ///< of a micro segment's accounts, summed
  std::vector<FeatureSpec> features = {};  ///< of the micro level alone; empty: the segmentation's
  /// Accounts farther from their micro segment's centre than this many root mean square distances of its accounts are
  /// outliers; 0: nobody is.
  double outliers = 0.0;
  ColumnRef depth_by = {};  ///< a category such as the funnel's stage; empty: all accounts go all the way down
  std::vector<std::string> stop_at_macro = {};  ///< values of depth_by whose accounts have no core segment
  std::vector<std::string> stop_at_core = {};   ///< values of depth_by whose accounts have no micro segment
};

/// Where k-means runs: once over the population, or once inside each macro segment.
enum class Scope { kAll, kMacro };

/// `objective` of a segmentation.
struct ObjectiveSpec {
  std::string goal;  ///< a sentence, for people
  std::string kpi;   ///< a line of [kpi]
  bool high = true;  ///< target: segments are ranked by the KPI, the highest first; or the lowest
};

/// One [[segmentation]].
struct SegmentationSpec {
  std::string name;
  Population population = Population::kAll;
  bool all_features = false;  ///< features = "all": every column of the matrix source
  std::vector<FeatureSpec> features;
  Scale scale = Scale::kStandard;
  int k = 0;
  int starts = 4;
  int max_iterations = 300;
  double tolerance = 0.0;  ///< relative fall of inertia that ends Lloyd; 0: until no account moves
  Quality quality = Quality::kPlain;
  struct Initial {
    std::string path;     ///< absolute
    std::string dataset;  ///< k × d centroids in the encoded features' own units
    std::string path_as_written;
  };
  std::optional<Initial> initial;
  std::optional<RefineSpec> refine;
  bool auto_k = false;  ///< k = "auto": the best from k_min to k_max
  int k_min = 2, k_max = 32;
  Scope scope = Scope::kAll;
  std::optional<ObjectiveSpec> objective;
  ColumnRef existing;                        ///< a category: the segments that the company has today; empty: none
  std::map<std::string, std::string> names;  ///< the name that a segment would have → the one that it gets
  int line = 0;
};

/// [trial]: who is sent what, so that an uplift can be told.
struct TrialSpec {
  struct Arm {
    std::string name;
    double share = 0.0;  ///< of all accounts, in expectation; the shares add up to 1
  };
  struct Results {
    std::string source;  ///< name of a [[source]] with a row an account that was sent something
    ColumnRef sent, response, revenue, cost;
    ColumnRef arm;                   ///< the arm that an account was in, as the campaign tells it; empty: as assigned
    std::optional<double> expected;  ///< response rate that was expected beforehand
  };
  std::string campaign;  ///< part of the arm's hash
  std::vector<Arm> arms;
  std::string control = "control";  ///< name of the arm that is sent nothing
  std::optional<Results> results;
  int line = 0;
};

/// [privacy].
struct PrivacySpec {
  bool pseudonymise = false;  ///< account ids leave the program as keyed hashes only
  std::string key_file;       ///< absolute; the key is in this file, or in the environment under `key_env`; never here
  std::string key_file_as_written;
  std::string key_env;
  std::vector<ColumnRef> sensitive;  ///< columns whose values leave the program in no form
  int line = 0;                      ///< of pseudonymise
};

/// A whole job, validated as far as the job file alone allows (columns are checked once the sources' heads are known).
struct Job {
  std::string name;
  std::uint64_t seed = 0;
  double max_quarantined = 0.05;            ///< share of the rows of all sources
  std::vector<std::string> public_domains;  ///< mail domains that are nobody's own, besides those that are built in
  std::vector<SourceSpec> sources;
  std::vector<ColumnSpec> columns;
  std::vector<MacroSpec> macros;
  ValueSpec value;
  std::optional<DuplicatesSpec> duplicates;  ///< absent: nobody looks for them
  std::vector<KpiSpec> kpis;
  std::vector<SegmentationSpec> segmentations;
  PrivacySpec privacy;
  std::vector<AffinitySpec> affinities;
  std::optional<TrialSpec> trial;
  std::string forget_path;    ///< --forget: a list of account ids; empty: none. No part of the job file
  std::string output_path;    ///< absolute, {name} and {night} not yet replaced
  std::string resolved_toml;  ///< the job as it ran, every default written out; goes into the results
  std::string file;           ///< path of the job file, for messages
  std::string output_path_as_written;
  std::optional<PreviousSpec> previous;  ///< absent: every night is the first
  std::optional<GateSpec> gate;          ///< absent: every night is published
  std::optional<ReviewSpec> review;
  CheckpointSpec checkpoint;
  std::string metrics_path;  ///< [output] metrics: absolute, {name} not yet replaced; empty: beside the results
  std::string metrics_path_as_written;
  std::optional<int>
      keep_nights;              ///< [output] keep: older nights are removed, but month-ends and baselines; absent: none
  bool group_may_read = false;  ///< [output] readable_by: whether results and manifest are the group's to read too
};

/// Index of the source that names the population: the first of accounts (or the matrix), or else the history that says
/// so. A job that load_job() has read has one.
[[nodiscard]] inline std::size_t population_source(const Job& job) noexcept {
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    if (job.sources[s].kind == SourceKind::kAccounts || job.sources[s].kind == SourceKind::kMatrix) return s;
  }
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    if (job.sources[s].history.population) return s;
  }
  return 0;
}

/// The folder that the results of all nights go to, absolute.
[[nodiscard]] std::string results_folder(const Job& job);

/// Reads and validates a job file. `sets` are "key=value" overrides as --set gives them. Not collective: call it on
/// rank 0 and broadcast, or on every rank where the file system is shared. Throws Error(kBadJob) with every mistake
/// found, one a line: "FILE:LINE:COLUMN: what, the value, what was expected". Throws Error(kNoInput) if the file cannot
/// be read.
[[nodiscard]] Job load_job(const std::string& path, const std::vector<std::string>& sets);

/// Of a job that has mistakes: its name and where its results would go, the rest as it is by default. Nothing where the
/// mistakes are in these, or the file cannot be read. Not collective; throws nothing of its own.
[[nodiscard]] std::optional<Job> where_a_job_would_write(const std::string& path, const std::vector<std::string>& sets);

}  // namespace tessera
