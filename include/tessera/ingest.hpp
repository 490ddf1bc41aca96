#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// A row that was left out, and why. `text` is the offending cell (or row), cut to 200 bytes of valid UTF-8.
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

/// What ingest did to one column: its type, and who chose it.
struct ColumnChoice {
  std::string column;  ///< source.column
  ColumnType type = ColumnType::kNumber;
  bool by_job = false;
  std::string reason;  ///< "98.7 % of 12,000 cells are numbers"
};

struct IngestReport {
  std::vector<SourceReport> sources;       ///< the same on every rank
  std::vector<QuarantinedRow> quarantine;  ///< this rank's share; the ranks together hold all, in no set order
  std::vector<ColumnChoice> columns;       ///< the same on every rank
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

/// Reads, cleans, joins and distributes all sources. Collective.
/// Throws Error(kBadData): empty population, more than max_quarantined, an unclosed quote; Error(kNoInput).
[[nodiscard]] Ingested ingest(const Context& context, const Job& job, const std::vector<SourceHead>& heads);

}  // namespace tessera
