#include "tessera/ingest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "ingest/account_rows.hpp"
#include "ingest/categories_in_use.hpp"
#include "ingest/column_choice.hpp"
#include "ingest/content_hash.hpp"
#include "ingest/limits.hpp"
#include "ingest/matrix_population.hpp"
#include "ingest/reconcile.hpp"
#include "ingest/shuffle.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace intake {
namespace {

/// What the sources hold and how they will be read, before any row is kept.
struct Preparation {
  std::vector<SourceReading> readings;
  std::uint64_t most_rows_global = 0;
};

Preparation prepare_sources(const Context& context, const Job& job, const std::vector<SourceHead>& heads,
                            const Limits& limits) {
  Preparation prepared;
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    SourceReading reading;
    reading.index = static_cast<std::uint32_t>(s);
    reading.files = open_together(context.comm, job.sources[s], heads[s], context.threads);
    BlockPlan plan = plan_blocks(context, reading.files, limits);
    reading.blocks = std::move(plan.blocks);
    reading.plan = choose_columns(context, job.sources[s], reading.files, reading.blocks, wishes_of(job, heads, s));
    prepared.most_rows_global += plan.most_rows_global;
    prepared.readings.push_back(std::move(reading));
  }
  std::vector<SourcePlan> plans;
  for (const SourceReading& reading : prepared.readings) plans.push_back(reading.plan);
  check_types(job, heads, plans);
  return prepared;
}

/// Reports how each column was typed, and says so.
void report_columns(const Context& context, const SourceSpec& spec, const SourcePlan& plan,
                    std::vector<ColumnChoice>& choices) {
  std::vector<std::string> said;
  for (const ColumnPlan& column : plan.columns) {
    choices.push_back({spec.name + "." + column.name, column.type, column.by_job, column.reason});
    if (!column.by_job) said.push_back(fmt::format("{} {}", column.name, type_name(column.type)));
  }
  context.journal.info(fmt::format("{}: columns typed by a scan: {}", spec.name, fmt::join(said, ", ")));
}

std::uint64_t sum_of(const std::vector<std::uint32_t>& counts) {
  std::uint64_t sum = 0;
  for (const std::uint32_t count : counts) sum += count;
  return sum;
}

/// The first source: its winners are the accounts.
void populate(ArrivedRows rows, AccountTable& accounts, SourceReport& report) {
  Winners winners = find_winners(rows);
  report.used = winners.rows.size();
  report.duplicates = sum_of(winners.copies) - report.used;
  accounts.n_local = winners.rows.size();
  accounts.keys = std::move(winners.keys);
  accounts.ids = pick(rows.ids, winners.rows);
  for (Column& column : rows.columns) accounts.columns.push_back(pick(std::move(column), winners.rows));
}

/// A further source: its winners' columns go to the accounts of the same id.
void join(ArrivedRows rows, AccountTable& accounts, SourceReport& report) {
  const Winners winners = find_winners(rows);
  std::vector<std::uint32_t> picks = match(accounts, rows, winners);
  std::uint64_t matched_rows = 0;
  for (std::uint32_t& place : picks) {
    if (place == kNoRow) continue;
    ++report.used;
    matched_rows += winners.copies[place];
    place = winners.rows[place];
  }
  report.duplicates = matched_rows - report.used;
  report.unmatched = sum_of(winners.copies) - matched_rows;
  for (Column& column : rows.columns) accounts.columns.push_back(pick(std::move(column), picks));
}

Ingested ingest_csv(const Context& context, const Job& job, const std::vector<SourceHead>& heads,
                    const Limits& limits) {
  const parallel::Communicator& comm = context.comm;
  const Preparation prepared = prepare_sources(context, job, heads, limits);
  Ingested ingested;
  AccountTable& accounts = ingested.accounts;
  Quarantine quarantine(
      static_cast<std::uint64_t>(job.max_quarantined * static_cast<double>(prepared.most_rows_global)) + 1);
  for (const SourceReading& reading : prepared.readings) {
    const SourceSpec& spec = job.sources[reading.index];
    report_columns(context, spec, reading.plan, ingested.report.columns);
    SourceReport report;
    report.name = spec.name;
    report.files = describe_files(context, heads[reading.index].files);
    const std::uint64_t quarantined_before = quarantine.count();
    Shuffled shuffled = shuffle_rows(context, spec.name, reading, limits, quarantine);
    report.rows_read = shuffled.rows_read;
    report.quarantined = quarantine.count() - quarantined_before;
    parallel::run_together(comm, [&] {
      const auto place = reading.index == 0 ? populate : join;
      place(std::move(shuffled.rows), accounts, report);
    });
    ingested.report.sources.push_back(std::move(report));
  }
  reconcile(comm, job, quarantine, ingested.report);
  ingested.report.quarantine = quarantine.take_rows();
  keep_categories_in_use(comm, accounts);
  accounts.n_global = ingested.report.sources.front().used;
  accounts.first_global = comm.sum_of_ranks_before(accounts.n_local);
  return ingested;
}

}  // namespace

Ingested ingest_within(const Context& context, const Job& job, const std::vector<SourceHead>& heads,
                       const Limits& limits) {
  if (job.sources.front().kind == SourceKind::kMatrix) return ingest_matrix(context, job, heads.front());
  return ingest_csv(context, job, heads, limits);
}

}  // namespace intake

Ingested ingest(const Context& context, const Job& job, const std::vector<SourceHead>& heads) {
  return intake::ingest_within(context, job, heads, intake::Limits());
}

}  // namespace tessera
