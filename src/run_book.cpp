#include "run_book.hpp"

#include "core/threads.hpp"
#include "core/utc.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace {

using Figures = nights::RunFigures;

Figures::Segmentation figures_of(const SegmentationResult& result) {
  Figures::Segmentation figures;
  figures.name = result.spec.name;
  figures.k = result.k;
  figures.iterations = result.iterations;
  figures.inertia = result.inertia;
  for (const Segment& segment : result.insight.segments) {
    if (segment.level == Level::kCore) ++figures.core;
    if (segment.level == Level::kMicro) ++figures.micro;
  }
  return figures;
}

}  // namespace

RunBook::RunBook(const Context& context, const Job& job, const std::string& night)
    : context_(context), results_path_(result_path(job, night)), metrics_path_(metrics_path(job)) {
  record_.job = job.name;
  record_.night = night;
  record_.owner = nights::this_process(nights::new_run_id());
  record_.started = utc_now();
  record_.ranks = context.comm.size();
  record_.threads_per_rank = context.threads;
}

void RunBook::locked(const NightLock& lock) {
  record_.owner.run_id = lock.run_id();
  record_.owner.attempt = lock.attempt();
  record_.took_over_from = lock.taken_from();
}

void RunBook::already_published(const Published& published) {
  record_.outcome = "already published";
  record_.results.emplace();
  record_.results->path = published.path;
  record_.results->digest = published.digest;
  if (!context_.comm.is_root()) return;
  tell_of(nights::leave_missing_figures(results_path_, record_.owner, read_summary));
  leave();
}

void RunBook::finished(const RunResults& results, const Published& published, std::uint64_t n_accounts) {
  record_.outcome = published.is_held ? "held" : "published";
  record_.exit_code = published.is_held ? ExitCode::kHeld : ExitCode::kDone;
  record_.stages = results.stages;
  for (const StageTime& stage : results.stages)
    record_.peak_memory_bytes = std::max(record_.peak_memory_bytes, stage.peak_memory_bytes);
  Figures& figures = record_.results.emplace();
  figures.path = published.path;
  figures.digest = published.digest;
  figures.accounts = n_accounts;
  figures.written_bytes = published.bytes;
  for (const InputBytes& input : results.inputs) figures.read_bytes += input.bytes;
  figures.sources = results.ingest.sources;
  for (const SegmentationResult& one : results.segmentations) {
    figures.segmentations.push_back(figures_of(one));
    for (const GateCheck& check : results.gate.checks)
      if (check.check == "moved" && check.subject == one.spec.name) figures.segmentations.back().moved = check.value;
  }
  figures.warnings = context_.journal.warnings().size();
  if (context_.comm.is_root()) leave();
}

void RunBook::failed(const Error& error, const parallel::StageClock& clock) noexcept {
  const bool speaks = error.everywhere() ? context_.comm.is_root() : true;
  if (!speaks) return;
  record_.outcome = error.code() == ExitCode::kStopped ? "stopped" : "failed";
  record_.exit_code = error.code();
  record_.message = error.what();
  record_.stages = clock.stages_here();
  record_.peak_memory_bytes = peak_memory_bytes();
  leave();
}

void RunBook::leave() noexcept {
  record_.finished = utc_now();
  record_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  tell_of(nights::leave_record(record_, results_path_, metrics_path_));
}

void RunBook::tell_of(const std::string& trouble) const {
  if (!trouble.empty()) context_.journal.info("the run's record is not complete: " + trouble);
}

void record_bad_job(const Context& context, const std::string& job_path, const std::vector<std::string>& sets,
                    const std::string& night, const Error& error) noexcept {
  const std::optional<Job> job = where_a_job_would_write(job_path, sets);
  if (job) RunBook(context, *job, night.empty() ? utc_now().substr(0, 10) : night).failed(error, {});
}

}  // namespace tessera
