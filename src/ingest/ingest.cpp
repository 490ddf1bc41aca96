#include "tessera/ingest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "ingest/account_folds.hpp"
#include "ingest/account_rows.hpp"
#include "ingest/categories_in_use.hpp"
#include "ingest/content_hash.hpp"
#include "ingest/forgotten_ids.hpp"
#include "ingest/history.hpp"
#include "ingest/history_results.hpp"
#include "ingest/likely_duplicates.hpp"
#include "ingest/limits.hpp"
#include "ingest/lookup_table.hpp"
#include "ingest/matrix_population.hpp"
#include "ingest/reconcile.hpp"
#include "ingest/sensitive_columns.hpp"
#include "ingest/source_reading.hpp"
#include "ingest/spelling_suggestions.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace intake {
namespace {

/// The source with the key by which its rows travel: those of a history with a lookup go by the lookup's.
SourceSpec by_travel_key(const Job& job, const std::vector<SourceHead>& heads, std::size_t s) {
  SourceSpec spec = job.sources[s];
  if (spec.kind != SourceKind::kHistory) return spec;
  const HistoryColumns columns = history_columns(job, heads, s);
  const std::size_t key = columns.lookup ? columns.link : columns.account.column;
  spec.key = heads[s].columns[key];
  if (columns.lookup) spec.key_format = job.sources[*columns.lookup].key_format;
  return spec;
}

/// The sources, opened and cut into blocks, before any row is read.
struct Opened {
  std::vector<SourceReading> readings;
  std::uint64_t most_rows_global = 0;
};

Opened open_sources(const Context& context, const Job& job, const std::vector<SourceHead>& heads, const Limits& limits,
                    const std::vector<std::shared_ptr<Door>>& doors) {
  Opened opened;
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    SourceReading& reading = opened.readings.emplace_back();
    reading.index = static_cast<std::uint32_t>(s);
    reading.files = open_together(context.comm, job.sources[s], heads[s], context.threads);
    BlockPlan plan = plan_blocks(context, reading.files, limits);
    reading.blocks = std::move(plan.blocks);
    reading.plan.door = doors[s];
    reading.most_rows_global = plan.most_rows_global;
    opened.most_rows_global += plan.most_rows_global;
  }
  return opened;
}

/// One run of ingest over rows of CSV files. Every member is collective.
class Intake {
 public:
  Intake(const Context& context, const Job& job, const std::vector<SourceHead>& heads, const Limits& limits)
      : context_(context),
        job_(job),
        heads_(heads),
        limits_(limits),
        forgotten_(job.forget_path.empty() ? nullptr : std::make_unique<ForgottenIds>(context.comm, job)),
        doors_(forgotten_ ? doors_of(job, heads, *forgotten_) : std::vector<std::shared_ptr<Door>>(heads.size())),
        opened_(open_sources(context, job, heads, limits, doors_)),
        none_quarantined_(
            static_cast<std::uint64_t>(job.max_quarantined * static_cast<double>(opened_.most_rows_global)) + 1,
            withheld_sources(job, heads)),
        quarantine_(none_quarantined_),
        rows_(job.sources.size()),
        newest_(job.sources.size(), kMissingDate),
        lookups_(job.sources.size()),
        columns_(job.sources.size()) {}

  /// Lookups first, as histories go by them; then the accounts, which all else is matched with.
  Ingested take_in() {
    read_all();
    check_types(job_, heads_, plans());
    for (const SourceReading& reading : opened_.readings) begin_report(reading);
    const std::size_t population = population_source(job_);
    take_in_all([&](std::size_t s) { return job_.sources[s].kind == SourceKind::kLookup; });
    take_in_all([&](std::size_t s) { return s == population; });
    take_in_all([&](std::size_t s) { return job_.sources[s].kind != SourceKind::kLookup && s != population; });
    for (std::vector<Column>& columns : columns_)
      std::move(columns.begin(), columns.end(), std::back_inserter(ingested_.accounts.columns));
    finish();
    return std::move(ingested_);
  }

 private:
  template <class Which>
  void take_in_all(Which which) {
    for (std::size_t s = 0; s < job_.sources.size(); ++s) {
      if (!which(s)) continue;
      const std::uint64_t quarantined_before = quarantine_.count();
      take_in_source(s);
      if (doors_[s]) report_of(s).forgotten = doors_[s]->take_count();
      report_of(s).quarantined = quarantine_.count() - quarantined_before;
    }
  }

  /// Rows come to their owners, but those of histories, which are only learnt about: they are folded later, and may
  /// link to lookups' rows that were stopped at the door.
  void read_all() {
    for (std::size_t s = 0; s < job_.sources.size(); ++s) {
      if (job_.sources[s].kind != SourceKind::kHistory) read_rows(s);
    }
    for (std::size_t s = 0; s < job_.sources.size(); ++s) {
      if (job_.sources[s].kind == SourceKind::kHistory) learn_history(s);
    }
  }

  void read_rows(std::size_t s) {
    rows_[s].emplace(read_source(context_, by_travel_key(job_, heads_, s), opened_.readings[s],
                                 wishes_of(job_, heads_, s), none_quarantined_, limits_));
    if (doors_[s]) doors_[s]->close(context_.comm);
  }

  void learn_history(std::size_t s) {
    const SourceSpec spec = by_travel_key(job_, heads_, s);
    SourceReading& reading = opened_.readings[s];
    const std::vector<ColumnWishes> wishes = wishes_of(job_, heads_, s);
    const std::optional<ColumnPlace> time = history_columns(job_, heads_, s).time;
    const bool own_time = time && time->source == s;
    newest_[s] =
        learn_source(context_, spec, reading, wishes, own_time ? std::optional(time->column) : std::nullopt, limits_);
  }

  [[nodiscard]] std::vector<SourcePlan> plans() const {
    std::vector<SourcePlan> plans;
    for (const SourceReading& reading : opened_.readings) plans.push_back(reading.plan);
    return plans;
  }

  void take_in_source(std::size_t s) {
    if (job_.sources[s].kind == SourceKind::kHistory) return take_in_history(s);
    Shuffled shuffled = std::move(rows_[s]->shuffled);
    quarantine_.add(std::move(rows_[s]->quarantine));
    rows_[s].reset();
    report_of(s).rows_read = shuffled.rows_read;
    parallel::run_together(context_.comm, [&] {
      if (job_.sources[s].kind == SourceKind::kLookup) {
        keep_lookup(s, std::move(shuffled.rows));
      } else if (s == population_source(job_)) {
        populate(s, std::move(shuffled.rows));
      } else {
        join(s, std::move(shuffled.rows));
      }
    });
  }

  void keep_lookup(std::size_t s, ArrivedRows rows) {
    lookups_[s].emplace(std::move(rows), opened_.readings[s].plan, context_.threads);
    report_of(s).used = lookups_[s]->size();
    report_of(s).duplicates = lookups_[s]->rows_arrived() - lookups_[s]->size();
  }

  /// The accounts: one a key, its last row.
  void populate(std::size_t s, ArrivedRows rows) {
    AccountTable& accounts = ingested_.accounts;
    Winners winners = find_winners(rows, context_.threads);
    report_of(s).used = winners.rows.size();
    report_of(s).duplicates = sum_of(winners.copies) - winners.rows.size();
    accounts.n_local = winners.rows.size();
    accounts.keys = std::move(winners.keys);
    accounts.ids = pick(rows.ids, winners.rows);
    columns_[s] = pick_all(std::move(rows.columns), winners.rows, context_.threads);
  }

  /// A further source: its winners' columns go to the accounts of the same id.
  void join(std::size_t s, ArrivedRows rows) {
    const Winners winners = find_winners(rows, context_.threads);
    std::vector<std::uint32_t> picks = match(ingested_.accounts, rows, winners);
    SourceReport& report = report_of(s);
    std::uint64_t matched_rows = 0;
    for (std::uint32_t& place : picks) {
      if (place == kNoRow) continue;
      ++report.used;
      matched_rows += winners.copies[place];
      place = winners.rows[place];
    }
    report.duplicates = matched_rows - report.used;
    report.unmatched = sum_of(winners.copies) - matched_rows;
    columns_[s] = pick_all(std::move(rows.columns), picks, context_.threads);
  }

  void take_in_history(std::size_t s) {
    const SourceSpec& spec = job_.sources[s];
    History history{s, spec, history_columns(job_, heads_, s), opened_.readings[s], nullptr, spec.history.as_of};
    if (history.columns.lookup) history.lookup = &*lookups_[*history.columns.lookup];
    if (!history.as_of) history.as_of = day_after_newest(context_, history, newest_[s]);
    if (doors_[s]) (void)doors_[s]->take_count();  // the same rows were learnt from before
    SourceReport& report = report_of(s);
    report.as_of = history.as_of;
    std::vector<Fold> folds;
    if (spec.history.population) {
      PopulationFolds owner;
      count(fold_history(context_, history, limits_, owner, quarantine_), report);
      parallel::run_together(context_.comm, [&] { folds = owner.populate(ingested_.accounts); });
      for (const Fold& fold : folds) report.used += fold.rows;
    } else {
      AccountFolds owner(ingested_.accounts);
      count(fold_history(context_, history, limits_, owner, quarantine_), report);
      report.used = owner.used();
      report.unmatched += owner.unmatched();
      folds = owner.take_folds();
    }
    columns_[s] = columns_of_history(context_, history, folds, heads_of_accounts(job_, heads_)[s].columns);
  }

  static void count(const HistoryCounts& counts, SourceReport& report) {
    report.rows_read = counts.rows_read;
    report.unmatched = counts.unmatched;
  }

  /// Says how each column was typed.
  void begin_report(const SourceReading& reading) {
    const SourceSpec& spec = job_.sources[reading.index];
    std::vector<std::string> said;
    for (const ColumnPlan& column : reading.plan.columns) {
      if (spec.kind != SourceKind::kAccounts && !column.stored) continue;
      ingested_.report.columns.push_back({spec.name + "." + column.name, column.type, column.by_job, column.reason});
      if (!column.by_job) said.push_back(fmt::format("{} {}", column.name, type_name(column.type)));
    }
    context_.journal.info(fmt::format("{}: columns typed by a scan: {}", spec.name, fmt::join(said, ", ")));
    SourceReport& report = ingested_.report.sources.emplace_back();
    report.name = spec.name;
    report.files = describe_files(context_, heads_[reading.index].files);
  }

  void finish() {
    AccountTable& accounts = ingested_.accounts;
    reconcile(context_.comm, job_, quarantine_, ingested_.report);
    ingested_.report.quarantine = quarantine_.take_rows();
    keep_categories_in_use(context_.comm, accounts);
    mark_sensitive(job_, accounts);
    if (forgotten_) ingested_.report.forget = forgotten_->report(context_.comm);
    accounts.n_global = context_.comm.all_reduce<parallel::Reduce::kSum>(std::uint64_t{accounts.n_local});
    accounts.first_global = context_.comm.sum_of_ranks_before(accounts.n_local);
    ingested_.report.spellings = suggest_spellings(context_, job_, accounts);
    if (job_.duplicates) ingested_.report.duplicate_search = likely_duplicates(context_, job_, accounts);
  }

  static std::uint64_t sum_of(const std::vector<std::uint32_t>& counts) {
    std::uint64_t sum = 0;
    for (const std::uint32_t count : counts) sum += count;
    return sum;
  }
  [[nodiscard]] SourceReport& report_of(std::size_t s) { return ingested_.report.sources[s]; }

  const Context& context_;
  const Job& job_;
  const std::vector<SourceHead>& heads_;
  const Limits& limits_;
  const std::unique_ptr<const ForgottenIds> forgotten_;  ///< null: nobody is
  const std::vector<std::shared_ptr<Door>> doors_;       ///< by source; null: open to all
  Opened opened_;
  const Quarantine none_quarantined_;  ///< what every reading begins with
  Quarantine quarantine_;
  std::vector<std::optional<SourceRows>> rows_;      ///< by source, until they are taken in
  std::vector<std::int32_t> newest_;                 ///< by source: of a history's own dates on this rank
  std::vector<std::optional<LookupTable>> lookups_;  ///< by source
  std::vector<std::vector<Column>> columns_;         ///< by source
  Ingested ingested_;
};

}  // namespace

Ingested ingest_within(const Context& context, const Job& job, const std::vector<SourceHead>& heads,
                       const Limits& limits) {
  if (job.sources.front().kind == SourceKind::kMatrix) return ingest_matrix(context, job, heads.front());
  return Intake(context, job, heads, limits).take_in();
}

}  // namespace intake

Ingested ingest(const Context& context, const Job& job, const std::vector<SourceHead>& heads) {
  return intake::ingest_within(context, job, heads, intake::Limits());
}

}  // namespace tessera
