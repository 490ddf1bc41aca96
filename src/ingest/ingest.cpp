#include "tessera/ingest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <optional>
#include <utility>

#include "ingest/account_folds.hpp"
#include "ingest/account_rows.hpp"
#include "ingest/categories_in_use.hpp"
#include "ingest/content_hash.hpp"
#include "ingest/enrichment.hpp"
#include "ingest/enrichment_columns.hpp"
#include "ingest/families.hpp"
#include "ingest/folded_source.hpp"
#include "ingest/forgotten_ids.hpp"
#include "ingest/history.hpp"
#include "ingest/history_results.hpp"
#include "ingest/joined_rows.hpp"
#include "ingest/likely_duplicates.hpp"
#include "ingest/limits.hpp"
#include "ingest/long_texts.hpp"
#include "ingest/lookup_table.hpp"
#include "ingest/market.hpp"
#include "ingest/matrix_population.hpp"
#include "ingest/reconcile.hpp"
#include "ingest/sensitive_columns.hpp"
#include "ingest/source_columns.hpp"
#include "ingest/source_reading.hpp"
#include "ingest/spelling_suggestions.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace intake {
namespace {

/// The source with the key by which its rows travel: those of a history with a lookup go by the lookup's, those that
/// are matched by domain by it.
SourceSpec by_travel_key(const Job& job, const std::vector<SourceHead>& heads, std::size_t s) {
  SourceSpec spec = job.sources[s];
  if (spec.match == Match::kDomain) spec.key_format = KeyFormat::kDomain;
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
        publics_(job.public_domains),
        of_accounts_(heads_of_accounts(job, heads)),
        unmatched_(withheld_sources(job, heads)),
        rows_(job.sources.size()),
        newest_(job.sources.size(), kMissingDate),
        lookups_(job.sources.size()),
        columns_(job.sources.size()) {}

  /// Lookups first, as histories go by them; then the accounts, which all else is matched with; then what may tell
  /// their addresses, which enrichments are matched by.
  Ingested take_in() {
    read_all();
    check_types(job_, heads_, plans());
    check_fill_types(job_, heads_, plans());
    for (const SourceReading& reading : opened_.readings) begin_report(reading);
    const std::size_t population = population_source(job_);
    const auto is = [&](std::size_t s, SourceKind kind) { return s != population && job_.sources[s].kind == kind; };
    take_in_all([&](std::size_t s) { return is(s, SourceKind::kLookup); });
    take_in_all([&](std::size_t s) { return s == population; });
    take_in_all([&](std::size_t s) { return is(s, SourceKind::kAccounts); });
    take_in_all(
        [&](std::size_t s) { return s != population && !is(s, SourceKind::kLookup) && !is(s, SourceKind::kAccounts); });
    place_accounts();
    add_families(population);
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

  /// Rows come to their owners, but those that are folded by account, which are only learnt about: they are read later,
  /// and may link to lookups' rows that were stopped at the door. Enrichments are read as what they fill is.
  void read_all() {
    const auto read = [&](auto is) {
      for (std::size_t s = 0; s < job_.sources.size(); ++s) {
        if (is(job_.sources[s].kind)) is_folded_by_account(job_.sources[s].kind) ? learn(s) : read_rows(s);
      }
    };
    const auto is_enrichment = [](SourceKind kind) { return kind == SourceKind::kEnrichment; };
    read([&](SourceKind kind) { return !is_folded_by_account(kind) && !is_enrichment(kind); });
    read(is_enrichment);
    read(is_folded_by_account);
  }

  void read_rows(std::size_t s) {
    std::vector<ColumnWishes> wishes = wishes_of(job_, heads_, s);
    std::deque<ColumnSpec> specs;
    if (job_.sources[s].kind == SourceKind::kEnrichment) wish_as_targets(job_, heads_, plans(), s, wishes, specs);
    rows_[s].emplace(
        read_source(context_, by_travel_key(job_, heads_, s), opened_.readings[s], wishes, none_quarantined_, limits_));
    if (doors_[s]) doors_[s]->close(context_.comm);
  }

  void learn(std::size_t s) {
    std::optional<std::size_t> own_time;
    if (job_.sources[s].kind == SourceKind::kHistory) {
      const std::optional<ColumnPlace> time = history_columns(job_, heads_, s).time;
      if (time && time->source == s) own_time = time->column;
    }
    const Learnt learnt = learn_source(context_, by_travel_key(job_, heads_, s), opened_.readings[s],
                                       wishes_of(job_, heads_, s), own_time, limits_);
    newest_[s] = learnt.newest;
    if (doors_[s]) (void)doors_[s]->take_count();  // the rows are stopped again when they are folded
  }

  [[nodiscard]] std::vector<SourcePlan> plans() const {
    std::vector<SourcePlan> plans;
    for (const SourceReading& reading : opened_.readings) plans.push_back(reading.plan);
    return plans;
  }

  void take_in_source(std::size_t s) {
    const SourceKind kind = job_.sources[s].kind;
    if (kind == SourceKind::kHistory) return take_in_history(s);
    if (is_folded_by_account(kind)) return fold_source(s);
    Shuffled shuffled = std::move(rows_[s]->shuffled);
    quarantine_.add(std::move(rows_[s]->quarantine));
    rows_[s].reset();
    report_of(s).rows_read = shuffled.rows_read;
    if (kind == SourceKind::kMarket) return take_in_market(s, shuffled.rows);
    if (s != population_source(job_) && kind != SourceKind::kLookup) return join(s, std::move(shuffled.rows));
    parallel::run_together(context_.comm, [&] {
      kind == SourceKind::kLookup ? keep_lookup(s, std::move(shuffled.rows)) : populate(s, std::move(shuffled.rows));
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
    rows.columns.push_back({"", "", ColumnType::kText, std::move(rows.ids)});  // one more to be picked
    columns_[s] = pick_all(std::move(rows.columns), winners.rows, context_.threads);
    accounts.ids = std::get<TextColumn>(std::move(columns_[s].back().data));
    columns_[s].pop_back();
  }

  /// A further source: its columns go to the accounts of the same key, or of the same domain.
  void join(std::size_t s, ArrivedRows rows) {
    const SourceSpec& spec = job_.sources[s];
    JoinedRows joined;
    if (spec.match == Match::kDomain) {
      joined =
          join_by_domain(context_, ingested_.accounts, column_named(spec.match_column), publics_, rows, s, unmatched_);
    } else {
      parallel::run_together(context_.comm, [&] {
        joined = join_by_key(ingested_.accounts, std::move(rows), context_.threads, s, unmatched_);
      });
    }
    SourceReport& report = report_of(s);
    report.used = joined.used;
    report.duplicates = joined.duplicates;
    report.unmatched = joined.unmatched;
    if (spec.kind == SourceKind::kEnrichment) {
      std::vector<ColumnFill> fills;
      parallel::run_together(context_.comm, [&] { fills = fill_from(job_, heads_, s, joined.columns, columns_); });
      for (ColumnFill& fill : fills) {
        fill.filled = context_.comm.all_reduce<parallel::Reduce::kSum>(std::uint64_t{fill.accounts.size()});
        ingested_.report.fills.push_back(std::move(fill));
      }
    }
    columns_[s] = std::move(joined.columns);
  }

  /// A column of the accounts as the job names it; it has been taken in.
  [[nodiscard]] const Column& column_named(const ColumnRef& ref) const {
    const ColumnPlace place = columns_meant(ref.text, of_accounts_).front();
    const std::string& name = of_accounts_[place.source].columns[place.column];
    return *std::ranges::find(columns_[place.source], name, &Column::name);
  }

  void fold_source(std::size_t s) {
    const FoldedSource source{
        job_, heads_, s, opened_.readings[s], limits_, ingested_.accounts, of_accounts_[s].columns};
    FoldedRows folded = job_.sources[s].kind == SourceKind::kContacts
                            ? fold_contacts(context_, source, quarantine_, unmatched_)
                            : fold_feedback(context_, source, quarantine_, unmatched_);
    SourceReport& report = report_of(s);
    report.rows_read = folded.rows_read;
    report.used = folded.used;
    report.unmatched = folded.unmatched;
    report.as_of = folded.as_of;
    columns_[s] = std::move(folded.columns);
  }

  void take_in_market(std::size_t s, const ArrivedRows& rows) {
    MarketRows market = take_market(context_, job_, heads_, s, rows, unmatched_);
    SourceReport& report = report_of(s);
    report.used = market.used;
    report.duplicates = market.duplicates;
    report.unmatched = market.unmatched;
    std::ranges::move(market.segments, std::back_inserter(ingested_.report.market));
  }

  void add_families(std::size_t population) {
    if (family_columns(job_, population).empty()) return;
    const Column& parents = column_named(needed_columns(job_, heads_, population).front().use.ref);
    const Column* value = job_.value.column.empty() ? nullptr : &column_named(job_.value.column);
    std::vector<Column> columns = find_families(
        context_, ingested_.accounts, job_.sources[population], population, std::get<TextColumn>(parents.data),
        value == nullptr ? nullptr : &std::get<NumberColumn>(value->data).values, unmatched_);
    std::ranges::move(columns, std::back_inserter(columns_[population]));
  }

  void take_in_history(std::size_t s) {
    const SourceSpec& spec = job_.sources[s];
    History history{s, spec, history_columns(job_, heads_, s), opened_.readings[s], nullptr, spec.history.as_of};
    if (history.columns.lookup) history.lookup = &*lookups_[*history.columns.lookup];
    if (!history.as_of) history.as_of = day_after_newest(context_, history, newest_[s]);
    SourceReport& report = report_of(s);
    report.as_of = history.as_of;
    std::vector<Fold> folds;
    if (spec.history.population) {
      PopulationFolds owner;
      count(fold_history(context_, history, limits_, owner, quarantine_), report);
      parallel::run_together(context_.comm, [&] { folds = owner.populate(ingested_.accounts); });
      for (const Fold& fold : folds) report.used += fold.rows;
    } else {
      AccountFolds owner(ingested_.accounts, s, unmatched_);
      count(fold_history(context_, history, limits_, owner, quarantine_), report);
      report.used = owner.used();
      report.unmatched += owner.unmatched();
      folds = owner.take_folds();
    }
    columns_[s] = columns_of_history(context_, history, folds, of_accounts_[s].columns);
  }

  static void count(const HistoryCounts& counts, SourceReport& report) {
    report.rows_read = counts.rows_read;
    report.unmatched = counts.unmatched;
  }

  /// Says how each column was typed.
  void begin_report(const SourceReading& reading) {
    const SourceSpec& spec = job_.sources[reading.index];
    std::vector<std::string> said;
    for (std::size_t c = 0; c < reading.plan.columns.size(); ++c) {
      const ColumnPlan& column = reading.plan.columns[c];
      if ((is_folded(spec.kind) && !column.stored) || heads_[reading.index].columns[c].empty()) continue;
      ingested_.report.columns.push_back({spec.name + "." + column.name, column.type, column.by_job, column.reason,
                                          column.decimal == DecimalMark::kComma, column.month_first});
      if (!column.by_job) said.push_back(fmt::format("{} {}", column.name, type_name(column.type)));
    }
    if (!said.empty())
      context_.journal.info(fmt::format("{}: columns typed by a scan: {}", spec.name, fmt::join(said, ", ")));
    SourceReport& report = ingested_.report.sources.emplace_back();
    report.name = spec.name;
    report.files = describe_files(context_, heads_[reading.index].files);
  }

  void finish() {
    AccountTable& accounts = ingested_.accounts;
    reconcile(context_.comm, job_, quarantine_, ingested_.report);
    ingested_.report.quarantine = quarantine_.take_rows();
    ingested_.report.unmatched = unmatched_.gather(context_.comm);
    keep_categories_in_use(context_.comm, accounts);
    cut_long_texts(context_, accounts.columns);
    mark_sensitive(job_, accounts);
    if (forgotten_) ingested_.report.forget = forgotten_->report(context_.comm);
    ingested_.report.spellings = suggest_spellings(context_, job_, accounts);
    if (job_.duplicates) ingested_.report.duplicate_search = likely_duplicates(context_, job_, accounts);
  }

  void place_accounts() {
    AccountTable& accounts = ingested_.accounts;
    accounts.n_global = context_.comm.all_reduce<parallel::Reduce::kSum>(std::uint64_t{accounts.n_local});
    accounts.first_global = context_.comm.sum_of_ranks_before(accounts.n_local);
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
  const PublicDomains publics_;
  const std::vector<SourceHead> of_accounts_;  ///< the columns that accounts get
  UnmatchedKeys unmatched_;
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
