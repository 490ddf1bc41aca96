#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "nights/leave_record.hpp"
#include "parallel/stage_clock.hpp"
#include "tessera/context.hpp"
#include "tessera/errors.hpp"
#include "tessera/input_bytes.hpp"
#include "tessera/job.hpp"
#include "tessera/pipeline.hpp"
#include "tessera/results.hpp"

namespace tessera {

/// Leaves a line of a run, and its figures, however it ends. Not collective: one rank writes.
class RunBook {
 public:
  RunBook(const Context& context, const Job& job, const std::string& night);
  /// The run has the night to itself.
  void locked(const NightLock& lock);
  /// It found the night published: its figures are that night's.
  void already_published();
  /// It came to its end. The summary is rank 0's.
  void finished(const RunOutcome& outcome, const std::vector<InputBytes>& inputs);
  /// It did not; `clock` knows how far it got. Called on the ranks that know of the error.
  void failed(const Error& error, const parallel::StageClock& clock) noexcept;

 private:
  void leave() noexcept;
  void tell_of(const std::string& trouble) const;

  const Context& context_;
  std::string results_path_, metrics_path_;
  nights::RunRecord record_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Leaves the line of a run whose job has mistakes, where these do not hide where it goes. Not collective.
void record_bad_job(const Context& context, const std::string& job_path, const std::vector<std::string>& sets,
                    const std::string& night, const Error& error) noexcept;

}  // namespace tessera
