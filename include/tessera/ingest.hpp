#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// Stands for a text that nobody may see.
inline constexpr const char* kWithheld = "(withheld)";

/// A row that was left out, and why. `text` is the offending cell (or row), cut to 200 bytes of valid UTF-8, or
/// kWithheld in sources that hold sensitive columns, or whose accounts are pseudonyms or may ask to be forgotten.
struct QuarantinedRow {
  std::uint32_t source = 0;  ///< index into Job::sources
  std::string file;
  std::uint64_t line = 0;  ///< 1-based line on which the row starts (matrix: the row number)
  std::string column;      ///< empty: the whole row
  std::string reason;
  std::string text;
};

struct SourceFile {
  std::string path;
  std::uint64_t bytes = 0;
  std::int64_t modified_s = 0;  ///< seconds since the epoch
  std::string content_hash;     ///< 32 hex digits; the same at any rank count; outside the digest
};

/// rows_read = used + duplicates + unmatched + forgotten + quarantined, always.
struct SourceReport {
  std::string name;
  std::uint64_t rows_read = 0;
  std::uint64_t used = 0;
  std::uint64_t duplicates = 0;  ///< same key again: the last row wins, the others are counted here
  std::uint64_t unmatched = 0;   ///< key is not in the population
  std::uint64_t forgotten = 0;
  std::uint64_t quarantined = 0;
  std::vector<SourceFile> files;
  std::optional<std::int32_t> as_of = std::nullopt;  ///< of a history with dates: days since 1970-01-01
};

/// How fresh a source was on the night: what the decision to publish it can go by.
struct Freshness {
  std::string source;
  std::int64_t newest_s = 0;  ///< seconds since the epoch: the latest change of any of its files
  double age_days = 0.0;      ///< from then to 00:00 UTC of the night's date; 0 if that came first
  std::optional<double> max_age_days;
  bool is_older = false;     ///< than max_age
  std::string content_hash;  ///< of all its files' bytes in the order of their names, whatever these are; 32 hex digits
};

/// What ingest did to one column: its type, and who chose it.
struct ColumnChoice {
  std::string column;  ///< source.column
  ColumnType type = ColumnType::kNumber;
  bool by_job = false;
  std::string reason;          ///< "98.7 % of 12,000 cells are numbers"
  bool decimal_comma = false;  ///< numbers: 1,5 is one and a half
  bool month_first = false;    ///< dates: 3/4/2025 is in March
};

/// What became of the list of ids that --forget gives.
struct ForgetReport {
  std::uint64_t ids = 0;      ///< asked for, each once
  std::uint64_t unknown = 0;  ///< of them, those that no row of any source has
};

/// A spelling that may be meant for another one. Reported for people to decide; nothing is changed.
struct SpellingSuggestion {
  enum class Kind { kCategory, kGroup };  ///< of a category's cells, or a value of [[macro]] groups that no account has
  Kind kind = Kind::kCategory;
  std::string column;  ///< source.column
  std::string value;
  std::string suggestion;
  std::uint64_t accounts = 0;             ///< that have the value
  std::uint64_t suggestion_accounts = 0;  ///< that have what is suggested
  double score = 0.0;                     ///< 0 to 1; see ingest/spelling_suggestions.hpp
};

/// Two accounts that may be one company, by [duplicates]. Reported for people to decide; nothing is changed.
struct LikelyDuplicate {
  std::string account_id, other_id;  ///< as in AccountTable::ids; the first one is first in canonical order
  double score = 0.0;                ///< likeness of the names, to 1
};

struct DuplicateSearch {
  std::vector<LikelyDuplicate> pairs;  ///< the likeliest, by score and then canonical order; at most 10,000
  std::uint64_t pairs_found = 0;       ///< listed or not
  std::uint64_t pairs_skipped = 0;     ///< at most so many more were not compared: too many accounts with like names
  std::uint64_t accounts_skipped = 0;  ///< left out of a comparison for the same reason, counted once a comparison
};

/// What an enrichment filled of one column of the accounts.
struct ColumnFill {
  std::string column;                   ///< source.column of the accounts
  std::string source;                   ///< name of the enrichment
  std::uint64_t filled = 0;             ///< cells, over all ranks
  std::vector<std::uint32_t> accounts;  ///< this rank's accounts whose cell it filled, ascending
};

/// A key of a source that found no account for sure, or a family tie that could not be followed. The key is an account
/// id or an address as it came: whoever hides ids has to hide it too.
struct UnmatchedKey {
  std::uint32_t source = 0;  ///< index into Job::sources
  std::string key;           ///< cut to 200 bytes of valid UTF-8
  std::uint64_t rows = 0;
  std::string why;
};

/// What a market says of one macro segment.
struct MarketSegment {
  std::string source;
  std::string macro;       ///< name of the macro segment, as MacroSegment has it
  double companies = 0.0;  ///< NaN: not said
  double spend = 0.0;      ///< NaN: not said
};

struct IngestReport {
  std::vector<SourceReport> sources;                ///< the same on every rank
  std::vector<QuarantinedRow> quarantine;           ///< this rank's share; the ranks together hold all, in no set order
  std::vector<ColumnChoice> columns;                ///< the same on every rank
  std::vector<SpellingSuggestion> spellings;        ///< the same on every rank
  std::optional<DuplicateSearch> duplicate_search;  ///< the same on every rank; absent without [duplicates]
  std::optional<ForgetReport> forget;               ///< with --forget; the same on every rank
  std::vector<ColumnFill> fills;        ///< by enrichment, then by its columns; the same on every rank but `accounts`
  std::vector<UnmatchedKey> unmatched;  ///< the first 1,000 of each source in byte order; the same on every rank
  std::vector<MarketSegment> market;    ///< by source, then by name; the same on every rank
};

struct Ingested {
  AccountTable accounts;
  IngestReport report;
};

/// Names of a source's columns, read from the head of its first file (all files must have the same header).
struct SourceHead {
  std::string name;
  std::vector<std::string> columns;                   ///< empty for a matrix
  std::vector<std::string> files;                     ///< globs expanded, in name order
  std::uint64_t bytes = 0;                            ///< of all files
  std::uint64_t matrix_rows = 0, matrix_columns = 0;  ///< matrix only
};

/// Reads the heads of all sources: cheap, for --dry-run and for checking the job's columns before the work starts.
/// Collective. Throws Error(kNoInput) if a source is missing or unreadable, Error(kBadData) for an empty or headerless
/// file.
[[nodiscard]] std::vector<SourceHead> read_heads(const Context& context, const Job& job);

/// Checks every column that the job names against the heads. Not collective (heads are the same on every rank).
/// Throws Error(kBadJob) with every mistake and the nearest known column.
void check_columns(const Job& job, const std::vector<SourceHead>& heads);

/// By source, seen from the night's date ("2026-01-31"). Not collective. Warns of sources that are older than max_age;
/// throws Error(kUsage) if there is no such date.
[[nodiscard]] std::vector<Freshness> freshness_of(const Context& context, const Job& job, const IngestReport& report,
                                                  const std::string& night);

/// Reads, cleans, joins and distributes all sources. Collective.
/// Throws Error(kBadData): empty population, more than max_quarantined, an unclosed quote; Error(kNoInput).
[[nodiscard]] Ingested ingest(const Context& context, const Job& job, const std::vector<SourceHead>& heads);

}  // namespace tessera
