#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/place.hpp"
#include "checkpoint/state.hpp"
#include "parallel/stage_clock.hpp"
#include "tessera/context.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::checkpoint {

/// Keeps the checkpoint of a run, and goes on from that of an earlier attempt. Every member is collective unless it
/// says otherwise.
class Keeper {
 public:
  /// Of a fresh start, or (`resume`) of one that begin() goes on from. Not collective.
  Keeper(const Context& context, const Job& job, const std::string& night, const std::string& started, bool resume);

  /// From here on the night is this run's. `check`, asked on rank 0 before what is kept is changed, throws
  /// Error(kCannotWrite) where it is not any more. Before that nothing is kept where there is something: it may be
  /// another attempt's. Not collective.
  void own(std::function<void()> check);

  /// Notes what the run is made from and, where it resumes, takes up the state of the last attempt. Says so where there
  /// is none; throws Error(kBadJob) or Error(kBadData) where it is of another job, of another
  /// version, of changed sources, or damaged.
  void begin(const std::vector<SourceHead>& heads);

  /// Where the run stands: who makes progress keeps it here.
  [[nodiscard]] State& state() noexcept { return state_; }

  /// What the last attempt took in; nothing where that has to be done again.
  [[nodiscard]] std::optional<Ingested> kept_accounts();
  /// From here on the accounts are there to be kept. They outlive the keeper, or forget_accounts().
  void take(const AccountTable& accounts, const IngestReport& report);
  /// They are about to be changed. Not collective.
  void forget_accounts() noexcept;

  /// Whether this rank has a reason to pause: a stop, or a checkpoint is due. Not collective.
  [[nodiscard]] bool wishes_pause() const;
  /// Keeps a checkpoint that is due; throws Error(kStopped) where a rank was asked to stop. The wishes may differ.
  void pause(const parallel::StageClock& clock);
  /// Keeps a checkpoint now. False: that failed, with a warning, or the run has not begun; what was kept before is as
  /// it was.
  bool keep(const parallel::StageClock& clock);
  /// The run is complete: nothing is left to go on with.
  void remove();
  /// The night was found complete: the run that published it may have been ended before it removed what it had kept.
  /// That of another job, and what cannot be read, stays.
  void remove_of_this_night();

  [[nodiscard]] const std::string& folder() const noexcept { return place_.folder; }

 private:
  void take_up();
  void tell_of_kept() const;
  void check_night(const State& kept) const;
  void check_job(const State& kept) const;
  void check_inputs(const State& kept) const;
  void write(const parallel::StageClock& clock);
  void expect_ours() const;
  [[nodiscard]] bool is_due() const;

  const Context& context_;
  const Job& job_;
  Place place_;
  std::function<void()> check_;  ///< null: the night is not this run's yet
  State state_;
  bool is_to_take_up_;                      ///< what lies there may still be resumed
  bool is_fresh_ = true;                    ///< what lies there is of another run
  const AccountTable* accounts_ = nullptr;  ///< null: not there to be kept
  const IngestReport* report_ = nullptr;
  std::chrono::steady_clock::time_point last_kept_ = std::chrono::steady_clock::now();
};

}  // namespace tessera::checkpoint
