#include "run_book.hpp"

#include <algorithm>

#include "core/threads.hpp"
#include "core/utc.hpp"
#include "nights/record_of_night.hpp"
#include "parallel/communicator.hpp"

namespace tessera {

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

void RunBook::already_published() {
  if (!context_.comm.is_root()) return;
  record_.outcome = "already published";
  record_.peak_memory_bytes = peak_memory_bytes();
  try {
    if (const auto night = nights::record_of_night(results_path_, read_summary)) {
      record_.results = night->results;
      tell_of(nights::leave_missing_figures(*night, results_path_, record_.owner));
    }
  } catch (const Error& error) {
    tell_of(error.what());
  }
  leave();
}

void RunBook::finished(const RunOutcome& outcome, const std::vector<InputBytes>& inputs) {
  if (!context_.comm.is_root()) return;
  const bool is_held = outcome.published.is_held;
  record_.outcome = is_held ? "held" : "published";
  record_.exit_code = is_held ? ExitCode::kHeld : ExitCode::kDone;
  record_.stages = outcome.summary.stages;
  for (const StageTime& stage : record_.stages)
    record_.peak_memory_bytes = std::max(record_.peak_memory_bytes, stage.peak_memory_bytes);
  record_.results = nights::figures_of(outcome.summary, outcome.published.bytes, inputs);
  record_.results->warnings = context_.journal.warnings().size();  // with those of publishing, which came too late
  leave();
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
