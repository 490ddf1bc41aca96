#include "tessera/pipeline.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "checkpoint/keeper.hpp"
#include "checkpoint/nights.hpp"
#include "core/utc.hpp"
#include "fitted_segments.hpp"
#include "move_reasons.hpp"
#include "night_gate.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/stage_clock.hpp"
#include "parallel/stop_signal.hpp"
#include "previous_check.hpp"
#include "progress_lines.hpp"
#include "run_book.hpp"
#include "segmentation.hpp"
#include "tessera/best_customers.hpp"
#include "tessera/completeness.hpp"
#include "tessera/errors.hpp"
#include "tessera/evolve.hpp"
#include "tessera/ingest.hpp"
#include "tessera/lookalike.hpp"
#include "tessera/macro.hpp"
#include "tessera/privacy.hpp"
#include "tessera/stored_model.hpp"

namespace tessera {
namespace {

using parallel::StageClock;

/// One night. Every member is collective; they are called in the order in which they stand here.
class Run {
 public:
  Run(const Context& context, const Job& job, const RunOptions& options)
      : context_(context),
        job_(job),
        options_(options),
        book_(context, job, options.night),
        keeper_(context, job, options.night, context.comm.broadcast_text(utc_now()), options.resume) {
    results_.job = job;
    results_.night = options.night;
    results_.threads_per_rank = context.threads;
    clock_.tell({[this](const std::string& stage) { context_.journal.begin_stage(stage); },
                 [this](const std::string& stage, double seconds, const std::string& made) {
                   context_.journal.end_stage(stage, seconds, made);
                 }});
  }

  /// All stages up to what is published. A stop leaves in between, at any safe point of any stage.
  RunOutcome carry_out() {
    try {
      const std::vector<SourceHead> heads = look();
      if (std::optional<Published> before = published_before(heads)) return {std::move(*before), {}};
      check_nights_before(context_, job_, options_.night);
      look_back();
      take_in(heads);
      remember();
      const MacroSegments macros = find_macros();
      segment_all(macros);
      explain_moves();
      measure_completeness(macros);
      find_best_customers();
      look_alike();
      judge();
      hide_ids();
      return publish();
    } catch (const Error& error) {
      if (error.code() == ExitCode::kStopped) stop();
      book_.failed(error, clock_);
      throw;
    }
  }

 private:
  std::vector<SourceHead> look() {
    if (job_.privacy.pseudonymise) key_ = read_pseudonym_key(context_, job_.privacy);
    notes_ = read_notes(context_, job_);  // people mend a mistake in them sooner if it is told before the night's work
    std::vector<SourceHead> heads = read_heads(context_, job_);
    check_columns(job_, heads);
    return heads;
  }

  /// Before anything is written.
  std::optional<Published> published_before(const std::vector<SourceHead>& heads) {
    lock_.emplace(context_, result_path(job_, options_.night));
    book_.locked(*lock_);
    keeper_.own([this] { lock_->check(); });
    std::optional<Published> before = already_published(context_, *lock_, {options_.night, job_.resolved_toml},
                                                        [&] { return with_key(input_bytes(context_, job_, heads)); });
    if (!before) return before;
    keeper_.remove_of_this_night();
    book_.already_published();
    return before;
  }

  /// Other pseudonyms are another night.
  [[nodiscard]] std::vector<InputBytes> with_key(std::vector<InputBytes> inputs) const {
    if (key_) inputs.push_back({"pseudonyms", 0, fingerprint_of(*key_)});
    return inputs;
  }

  /// Ids that segments have had must not be given again because a file was lost.
  void look_back() {
    lost_ = lost_history(context_, job_, options_.night);
    if (lost_.empty()) return;
    if (!job_.gate) throw Error(ExitCode::kNoInput, lost_, true);
    context_.journal.warn(lost_);
  }

  void take_in(const std::vector<SourceHead>& heads) {
    keeper_.begin(heads);
    const checkpoint::State& state = keeper_.state();
    results_.started = state.started;
    clock_.go_on_from(state.stages);
    const StageClock::Scope scope(clock_, "ingest");
    std::optional<Ingested> kept = keeper_.kept_accounts();
    Ingested ingested = kept ? std::move(*kept) : ingest_aloud(heads);
    if (kept)
      for (const std::string& warning : state.ingest_warnings) context_.journal.warn(warning);
    results_.accounts = std::move(ingested.accounts);
    results_.ingest = std::move(ingested.report);
    keeper_.take(results_.accounts, results_.ingest);
    results_.freshness = freshness_of(context_, job_, results_.ingest, results_.night);
    results_.inputs = with_key(input_bytes(context_, job_, results_.ingest));
    clock_.made(progress::of_ingest(results_, kept.has_value()));
  }

  /// What is warned of while the sources are read is kept: they may not be read again.
  Ingested ingest_aloud(const std::vector<SourceHead>& heads) {
    const auto before = static_cast<std::ptrdiff_t>(context_.journal.warnings().size());
    Ingested ingested = ingest(context_, job_, heads);
    const std::vector<std::string>& warnings = context_.journal.warnings();
    keeper_.state().ingest_warnings.assign(warnings.begin() + before, warnings.end());
    return ingested;
  }

  /// What was there last night.
  void remember() {
    const StageClock::Scope scope(clock_, "evolve");
    std::optional<TextColumn> pseudonyms;
    if (job_.previous && key_) pseudonyms = pseudonyms_of(*key_, results_.accounts);
    last_night_ =
        read_last_night(context_, job_, results_.night, results_.accounts, pseudonyms ? &*pseudonyms : nullptr);
    if (!last_night_) return;
    clock_.made(progress::of_last_night(*last_night_));
    results_.previous_path = last_night_->made_after;
    results_.previous_digest = last_night_->digest;
    results_.dormant = last_night_->dormant;
    if (last_night_->path.empty()) return;
    last_models_ = parallel::compute_together(context_.comm, [&] { return read_stored_models(last_night_->path); });
  }

  MacroSegments find_macros() {
    const StageClock::Scope scope(clock_, "macro");
    MacroSegments macros = macro_segments(context_, results_.accounts, job_.macros);
    clock_.made(fmt::format("{} macro segments", macros.segments.size()));
    return macros;
  }

  void segment_all(const MacroSegments& macros) {
    NightBefore before;
    if (last_models_) before = {&*last_models_, last_night_->was_there};
    before.last_night = last_night_ ? &*last_night_ : nullptr;
    before.notes = notes_ ? &*notes_ : nullptr;
    const Pauses pauses{[this] { return keeper_.wishes_pause(); }, [this] { keeper_.pause(clock_); }};
    std::vector<checkpoint::SegmentationState>& states = keeper_.state().segmentations;
    states.resize(job_.segmentations.size());
    for (std::size_t s = 0; s < states.size(); ++s) {
      pauses.pause();
      CoreProgress progress{states[s], pauses};
      results_.segmentations.push_back(segment(context_, job_, job_.segmentations[s], results_.accounts, macros, before,
                                               results_.night, clock_, progress));
    }
    for (SegmentationResult& result : results_.segmentations)
      if (result.succession) tell(result.insight.segments, results_.night, *result.succession);
    for (SegmentationResult& result : results_.segmentations)
      add_market(results_.ingest.market, result.macro_names, result.insight);
  }

  /// Why accounts are elsewhere than last night, once tonight's segments have their ids.
  void explain_moves() {
    if (!last_models_) return;
    const StageClock::Scope scope(clock_, "evolve");
    for (SegmentationResult& one : results_.segmentations)
      one.moves = move_reasons(context_, job_, results_.accounts, *last_models_, *last_night_, one);
  }

  void measure_completeness(const MacroSegments& macros) {
    const StageClock::Scope scope(clock_, "insight");
    const std::vector<FittedSegments> fitted = fitted_segments(results_.segmentations, context_.threads);
    std::vector<FilledCells> filled;
    for (const ColumnFill& fill : results_.ingest.fills) filled.push_back({fill.column, fill.source, &fill.accounts});
    results_.completeness = completeness_of(context_, job_, results_.accounts, macros, filled, fitted);
  }

  void find_best_customers() {
    const StageClock::Scope scope(clock_, "value");
    results_.best_customers = best_customers(context_, results_.accounts, job_);
  }

  void look_alike() {
    if (!results_.best_customers) return;
    const StageClock::Scope scope(clock_, "lookalike");
    results_.lookalike = find_lookalikes(context_, results_.accounts, job_, *results_.best_customers);
    if (!results_.lookalike) return;
    for (SegmentationResult& one : results_.segmentations)
      one.likeness = likeness_by_segment(context_, results_.accounts, job_, *results_.lookalike, one.insight.segments,
                                         one.assignment);
  }

  void judge() {
    const StageClock::Scope scope(clock_, "evolve");
    std::optional<TextColumn> pseudonyms;
    if (job_.review && key_) pseudonyms = pseudonyms_of(*key_, results_.accounts);
    judge_night(context_, job_, last_night_ ? &*last_night_ : nullptr, lost_, pseudonyms ? &*pseudonyms : nullptr,
                results_);
    clock_.made(progress::of_gate(results_.gate));
  }

  void hide_ids() {
    if (!key_) return;
    keeper_.forget_accounts();
    pseudonymise(context_, *key_, results_);
    // Equal values are ranked by account key: that of the true ids would tell who has them who is who.
    if (results_.best_customers) results_.best_customers->rank = value_ranks(context_, results_.accounts, job_.value);
  }

  RunOutcome publish() {
    results_.warnings = context_.journal.warnings();
    results_.stages = clock_.all_stages(context_.comm);
    RunOutcome outcome;
    {
      const StageClock::Scope scope(clock_, "results");
      outcome.published = write_results(context_, results_, *lock_);
      keeper_.remove();
      if (!outcome.published.is_held) checkpoint::remove_of_earlier_nights(context_, job_, options_.night);
      clock_.made(progress::of_results(outcome.published));
    }
    clock_.close();
    results_.stages = clock_.all_stages(context_.comm);  // with that of writing, which the file itself cannot tell
    if (context_.comm.is_root()) outcome.summary = read_summary(outcome.published.path);
    outcome.summary.stages = results_.stages;
    book_.finished(outcome, results_.inputs);
    return outcome;
  }

  [[noreturn]] void stop() {
    const bool kept = keeper_.keep(clock_);
    const bool is_read = keeper_.state().accounts || (clock_.latest() != "ingest" && !clock_.latest().empty());
    const Error stopped(ExitCode::kStopped,
                        progress::of_stop(clock_.latest(),
                                          !kept     ? progress::Kept::kEarlier
                                          : is_read ? progress::Kept::kAccounts
                                                    : progress::Kept::kNight,
                                          keeper_.folder()),
                        true);
    book_.failed(stopped, clock_);
    throw stopped;
  }

  const Context& context_;
  const Job& job_;
  const RunOptions& options_;
  StageClock clock_;
  RunBook book_;
  std::optional<NightLock> lock_;  ///< nothing: the night is not this run's
  checkpoint::Keeper keeper_;
  std::unique_ptr<const PseudonymKey> key_;  ///< null: ids are written as they are
  std::string lost_;                         ///< lost_history()
  std::optional<LastNight> last_night_;      ///< nothing: this is a first night
  std::optional<StoredModels> last_models_;  ///< of that very file; nothing: nobody of it is known
  std::optional<SegmentNotes> notes_;        ///< nothing: there are none
  RunResults results_;
};

/// Signals, and the time that the run was given.
void expect_stops(const RunOptions& options) {
  parallel::catch_stop_signals();
  if (!options.max_time_s) return;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(*options.max_time_s);
  parallel::stop_also_when([end] { return std::chrono::steady_clock::now() >= end; });
}

}  // namespace

RunOutcome run_job(const Context& context, const Job& job, const RunOptions& options) {
  expect_stops(options);
  return Run(context, job, options).carry_out();
}

std::string settled_night(const Context& context, const Job& job, const RunOptions& options) {
  if (!options.night.empty()) return options.night;
  const std::string kept = options.resume ? checkpoint::kept_night(context, job) : "";
  return context.comm.broadcast_text(kept.empty() ? utc_now().substr(0, 10) : kept);
}

}  // namespace tessera
