#include <algorithm>

#include "core/special_numbers.hpp"
#include "results/content_parts.hpp"
#include "results/names.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::RowsOf;

namespace {

/// A file of a source, under the source's name.
struct NamedFile {
  std::string source;
  const SourceFile* file;
};

void add_files(Content& content, const IngestReport& report) {
  std::vector<NamedFile> files;
  for (const SourceReport& source : report.sources)
    for (const SourceFile& file : source.files) files.push_back({source.name, &file});
  Entry& entry = content.add_table(std::string(schema::files::kPath), RowsOf::kRoot, files.size());
  RowColumns(content, entry, files)
      .add(schema::files::kSource, &NamedFile::source)
      .add(schema::files::kFile, [](const NamedFile& row) { return row.file->path; })
      .add(schema::files::kBytes, [](const NamedFile& row) { return row.file->bytes; })
      .add(schema::files::kModified, [](const NamedFile& row) { return row.file->modified_s; })
      .add(schema::files::kContentHash, [](const NamedFile& row) { return row.file->content_hash; });
}

void add_freshness(Content& content, const std::vector<Freshness>& freshness) {
  Entry& entry = content.add_table(std::string(schema::freshness::kPath), RowsOf::kRoot, freshness.size());
  RowColumns(content, entry, freshness)
      .add(schema::freshness::kSource, &Freshness::source)
      .add(schema::freshness::kNewest, &Freshness::newest_s)
      .add(schema::freshness::kAge, &Freshness::age_days)
      .add(schema::freshness::kMaxAge, [](const Freshness& row) { return row.max_age_days.value_or(kNaN); })
      .add(schema::freshness::kIsOlder, &Freshness::is_older)
      .add(schema::freshness::kContentHash, &Freshness::content_hash);
}

void add_forget(Content& content, const ForgetReport& report) {
  const std::vector<ForgetReport> rows{report};
  Entry& entry = content.add_table(std::string(schema::forget::kPath), RowsOf::kRoot, rows.size());
  RowColumns(content, entry, rows)
      .add(schema::forget::kIds, &ForgetReport::ids)
      .add(schema::forget::kUnknown, &ForgetReport::unknown);
}

/// Equal rows have equal keys wherever they were found.
std::vector<AccountKey> keys_of(const IngestReport& report) {
  std::vector<AccountKey> keys;
  std::string all;
  for (const QuarantinedRow& row : report.quarantine) {
    all.clear();
    for (const std::string* part : {&report.sources.at(row.source).name, &row.column, &row.reason, &row.text}) {
      all += std::to_string(part->size()) + ":";
      all += *part;
    }
    keys.push_back(account_key(all));
  }
  return keys;
}

void add_quarantine(Content& content, const IngestReport& report) {
  const auto& rows = report.quarantine;
  Entry& entry = content.add_table(std::string(schema::quarantine::kPath), RowsOf::kEveryRank, rows.size());
  entry.keys.keys = content.keep_keys(keys_of(report));
  entry.not_digested = {std::string(schema::quarantine::kFile.name), std::string(schema::quarantine::kLine.name)};
  RowColumns(content, entry, rows)
      .add(schema::quarantine::kSource, [&](const QuarantinedRow& row) { return report.sources[row.source].name; })
      .add(schema::quarantine::kFile, &QuarantinedRow::file)
      .add(schema::quarantine::kLine, &QuarantinedRow::line)
      .add(schema::quarantine::kColumn, &QuarantinedRow::column)
      .add(schema::quarantine::kReason, &QuarantinedRow::reason)
      .add(schema::quarantine::kText, &QuarantinedRow::text);
}

void add_unmatched(Content& content, const IngestReport& report) {
  Entry& entry = content.add_table(std::string(schema::unmatched::kPath), RowsOf::kRoot, report.unmatched.size());
  RowColumns(content, entry, report.unmatched)
      .add_category(schema::unmatched::kSource,
                    [&](const UnmatchedKey& row) { return report.sources[row.source].name; })
      .add(schema::unmatched::kKey, &UnmatchedKey::key)
      .add(schema::unmatched::kRows, &UnmatchedKey::rows)
      .add_category(schema::unmatched::kWhy, [](const UnmatchedKey& row) { return row.why; });
}

void add_market(Content& content, const IngestReport& report) {
  Entry& entry = content.add_table(std::string(schema::market::kPath), RowsOf::kRoot, report.market.size());
  RowColumns(content, entry, report.market)
      .add_category(schema::market::kSource, &MarketSegment::source)
      .add(schema::market::kMacro, &MarketSegment::macro)
      .add(schema::market::kCompanies, &MarketSegment::companies)
      .add(schema::market::kSpend, &MarketSegment::spend);
}

}  // namespace

void add_run(Content& content, const RunResults& results, const RunFacts& facts, int ranks) {
  const std::string root(schema::root::kPath);
  const std::string run(schema::run::kPath);
  content.add_attribute(root, schema::root::kFormatAttribute, std::string(schema::kFormat));
  content.add_attribute(root, schema::root::kVersion, schema::kFormatVersion);
  content.add_attribute(root, schema::root::kNight, results.night);
  content.add_attribute(run, schema::run::kRunId, facts.run_id);
  content.add_attribute(run, schema::run::kAttempt, facts.attempt);
  content.add_attribute(run, schema::run::kEngineVersion, std::string(TESSERA_VERSION));
  content.add_attribute(run, schema::run::kStarted, results.started);
  content.add_attribute(run, schema::run::kFinished, facts.finished);
  content.add_attribute(run, schema::run::kRanks, std::int64_t{ranks});
  content.add_attribute(run, schema::run::kThreadsPerRank, std::int64_t{results.threads_per_rank});
  content.add_attribute(run, schema::run::kJobName, results.job.name);
  if (!results.previous_path.empty()) content.add_attribute(run, schema::run::kPrevious, results.previous_path);
  if (!results.previous_digest.empty())
    content.add_attribute(run, schema::run::kPreviousDigest, results.previous_digest);
  content.add_attribute(run, schema::run::kJob, results.job.resolved_toml);
  if (!results.scored_by.empty()) content.add_attribute(run, schema::run::kScoredBy, results.scored_by);

  Entry& stages = content.add_table(std::string(schema::stages::kPath), RowsOf::kRoot, results.stages.size());
  RowColumns(content, stages, results.stages)
      .add(schema::stages::kStage, &StageTime::stage)
      .add(schema::stages::kSecondsMin, &StageTime::seconds_min)
      .add(schema::stages::kSecondsMax, &StageTime::seconds_max)
      .add(schema::stages::kPeakMemory, &StageTime::peak_memory_bytes);

  Entry& choices = content.add_table(std::string(schema::choices::kPath), RowsOf::kRoot, results.ingest.columns.size());
  RowColumns(content, choices, results.ingest.columns)
      .add(schema::choices::kColumn, &ColumnChoice::column)
      .add_category(schema::choices::kType, [](const ColumnChoice& row) { return name_of(row.type); })
      .add(schema::choices::kByJob, &ColumnChoice::by_job)
      .add(schema::choices::kReason, &ColumnChoice::reason)
      .add(schema::choices::kDecimalComma, &ColumnChoice::decimal_comma)
      .add(schema::choices::kMonthFirst, &ColumnChoice::month_first);

  Entry& warnings = content.add_table(std::string(schema::warnings::kPath), RowsOf::kRoot, results.warnings.size());
  RowColumns(content, warnings, results.warnings).add(schema::warnings::kMessage, [](const std::string& row) {
    return row;
  });
  if (results.scored_by.empty()) add_starts(content, results.segmentations);
  add_files(content, results.ingest);
  add_freshness(content, results.freshness);
  if (results.ingest.forget) add_forget(content, *results.ingest.forget);
}

void add_ingest(Content& content, const RunResults& results) {
  const auto& sources = results.ingest.sources;
  Entry& entry = content.add_table(std::string(schema::sources::kPath), RowsOf::kRoot, sources.size());
  RowColumns columns(content, entry, sources);
  columns.add(schema::sources::kSource, &SourceReport::name)
      .add(schema::sources::kRowsRead, &SourceReport::rows_read)
      .add(schema::sources::kUsed, &SourceReport::used)
      .add(schema::sources::kDuplicates, &SourceReport::duplicates)
      .add(schema::sources::kUnmatched, &SourceReport::unmatched)
      .add(schema::sources::kForgotten, &SourceReport::forgotten)
      .add(schema::sources::kQuarantined, &SourceReport::quarantined);
  const bool has_history =
      std::any_of(sources.begin(), sources.end(), [](const SourceReport& row) { return row.as_of.has_value(); });
  if (has_history)
    columns.add(schema::sources::kAsOf, [](const SourceReport& row) { return row.as_of.value_or(kMissingDate); });
  add_quarantine(content, results.ingest);
  add_completeness(content, results.completeness);
  add_cleaning(content, results.ingest);
  if (!results.ingest.unmatched.empty()) add_unmatched(content, results.ingest);
  if (!results.ingest.market.empty()) add_market(content, results.ingest);
}

}  // namespace tessera::results
