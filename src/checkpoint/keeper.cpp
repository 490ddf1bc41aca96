#include "checkpoint/keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "checkpoint/accounts_file.hpp"
#include "checkpoint/generations.hpp"
#include "checkpoint/inputs.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/stop_signal.hpp"
#include "storage/durable_file.hpp"
#include "tessera/errors.hpp"

namespace tessera::checkpoint {
namespace {

using Clock = std::chrono::steady_clock;

/// The first lines in which two texts differ.
std::pair<std::string_view, std::string_view> first_difference(std::string_view a, std::string_view b) {
  const auto line_of = [](std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
  };
  while (!a.empty() || !b.empty()) {
    const std::string_view of_a = line_of(a), of_b = line_of(b);
    if (of_a != of_b) return {of_a, of_b};
  }
  return {};
}

bool has_progress(const State& state) {
  return state.accounts ||
         std::ranges::any_of(state.segmentations, [](const SegmentationState& s) { return !s.empty(); });
}

/// Accounts and their ids are nobody else's to read.
void make_folder(const Place& place) {
  namespace fs = std::filesystem;
  std::error_code reason;
  const bool is_new = fs::create_directories(place.folder, reason);
  if (!reason) fs::permissions(place.folder, fs::perms::owner_all, reason);
  if (reason)
    throw Error(ExitCode::kCannotWrite, fmt::format("{}: cannot make the folder ({}). Give another [checkpoint] path.",
                                                    place.folder, reason.message()));
  if (is_new) storage::sync_folder_of(place.folder);
}

}  // namespace

Keeper::Keeper(const Context& context, const Job& job, const std::string& night, const std::string& started,
               bool resume)
    : context_(context), job_(job), place_(place_of(job, night)), is_to_take_up_(resume) {
  state_.night = night;
  state_.started = started;
  state_.job = job.resolved_toml;
}

void Keeper::own(std::function<void()> check) {
  check_ = std::move(check);
}

void Keeper::begin(const std::vector<SourceHead>& heads) {
  state_.inputs = inputs_of(context_, job_, state_.night, heads);
  is_to_take_up_ ? take_up() : tell_of_kept();
  is_to_take_up_ = false;
}

void Keeper::tell_of_kept() const {
  try {
    Journal unheard(false);
    const std::optional<State> kept = newest_state({context_.comm, unheard, context_.threads}, place_);
    if (kept)
      context_.journal.info(fmt::format(
          "{}: a checkpoint of the night of {} is there, which was stopped in attempt {}: --resume would go on "
          "from it; this run starts from the sources, and removes it",
          place_.folder, kept->night, kept->attempt));
  } catch (const Error& error) {
    if (error.code() == ExitCode::kStopped) throw;
    context_.journal.info(
        fmt::format("{}: a checkpoint that cannot be resumed is there: this run removes it", place_.folder));
  }
}

void Keeper::take_up() {
  std::optional<State> kept = newest_state(context_, place_);
  if (!kept)
    return context_.journal.info(fmt::format("{}: no checkpoint there: starting from the sources", place_.folder));
  check_night(*kept);
  check_job(*kept);
  if (has_progress(*kept)) {
    check_inputs(*kept);
    // Where the files' times are others, their bytes were found to be the same.
    for (std::size_t i = 0; i < state_.inputs.size(); ++i) state_.inputs[i].content_hash = kept->inputs[i].content_hash;
  }
  kept->inputs.swap(state_.inputs);
  state_ = std::move(*kept);
  ++state_.attempt;
  is_fresh_ = false;
  context_.journal.info(
      fmt::format("attempt {}: going on from checkpoint {} in {}", state_.attempt, state_.generation, place_.folder));
}

void Keeper::check_night(const State& kept) const {
  if (kept.night == state_.night) return;
  throw Error(
      ExitCode::kBadData,
      fmt::format("{}: the checkpoint is of the night of {}, so somebody has renamed the folder. Give it its name "
                  "back, or start without --resume",
                  place_.folder, kept.night),
      true);
}

void Keeper::check_job(const State& kept) const {
  if (kept.job == job_.resolved_toml) return;
  const auto [was, is] = first_difference(kept.job, job_.resolved_toml);
  throw Error(ExitCode::kBadJob,
              fmt::format("{}: the checkpoint is of another job: it had \"{}\" where {} has \"{}\". Take the change "
                          "back, or start without --resume",
                          place_.folder, was, job_.file, is),
              true);
}

void Keeper::check_inputs(const State& kept) const {
  const std::string change = what_changed(context_, kept.inputs, state_.inputs);
  if (change.empty()) return;
  throw Error(
      ExitCode::kBadData,
      fmt::format("{}: what the checkpoint was made from has changed: {}. Start without --resume, and the night "
                  "is made from what is there now",
                  place_.folder, change),
      true);
}

std::optional<Ingested> Keeper::kept_accounts() {
  if (!state_.accounts) return std::nullopt;
  try {
    return read_accounts(context_, place_.accounts, *state_.accounts);
  } catch (const Error& error) {
    if (error.code() == ExitCode::kStopped) throw;
    context_.journal.warn(fmt::format("{}: the sources are read again", error.what()));
    state_.accounts.reset();
    return std::nullopt;
  }
}

void Keeper::take(const AccountTable& accounts, const IngestReport& report) {
  accounts_ = &accounts;
  report_ = &report;
  add_hashes(report, state_.inputs);
}

void Keeper::forget_accounts() noexcept {
  accounts_ = nullptr;
  report_ = nullptr;
}

bool Keeper::is_due() const {
  return context_.comm.is_root() && Clock::now() - last_kept_ >= std::chrono::seconds(job_.checkpoint.every.seconds);
}

bool Keeper::wishes_pause() const {
  return parallel::stop_requested() || is_due();
}

void Keeper::pause(const parallel::StageClock& clock) {
  constexpr std::int32_t kNothing = 0, kKeep = 1, kStop = 2;
  const std::int32_t mine = parallel::stop_requested() ? kStop : is_due() ? kKeep : kNothing;
  const auto wish = context_.comm.all_reduce<parallel::Reduce::kMax>(mine);
  if (wish == kStop) parallel::throw_stopped();
  if (wish == kKeep) (void)keep(clock);
}

bool Keeper::keep(const parallel::StageClock& clock) {
  if (is_to_take_up_) return false;
  const Clock::time_point begin = Clock::now();
  bool done = true;
  try {
    write(clock);
  } catch (const Error& error) {
    if (error.code() != ExitCode::kCannotWrite) throw;
    context_.journal.warn(fmt::format("no checkpoint was kept: {}", error.what()));
    done = false;
  }
  last_kept_ = Clock::now();
  if (done)
    context_.journal.info(fmt::format("checkpoint {} kept in {} in {:.2f} s", state_.generation, place_.folder,
                                      std::chrono::duration<double>(last_kept_ - begin).count()));
  return done;
}

void Keeper::write(const parallel::StageClock& clock) {
  state_.stages = clock.all_stages(context_.comm);
  parallel::run_together(context_.comm, [&] {
    if (context_.comm.is_root()) expect_ours();
  });
  if (is_fresh_) remove_all(context_, place_);
  is_fresh_ = false;
  parallel::run_together(context_.comm, [&] {
    if (context_.comm.is_root()) make_folder(place_);
  });
  if (!state_.accounts && accounts_ != nullptr && !accounts_->is_matrix())
    state_.accounts = write_accounts(context_, place_.accounts, *accounts_, *report_);
  ++state_.generation;
  keep_state(context_, place_, state_);
}

void Keeper::expect_ours() const {
  if (check_) {
    check_();
    remove_half_written(place_);
  } else if (is_something_kept(place_)) {
    throw Error(ExitCode::kCannotWrite,
                fmt::format("{}: what is there may be another attempt's, as this one was stopped before the night was "
                            "its own",
                            place_.folder));
  }
}

void Keeper::remove() {
  remove_all(context_, place_);
}

void Keeper::remove_of_this_night() {
  std::optional<State> kept;
  try {
    Journal silent(false);
    kept = newest_state({context_.comm, silent, context_.threads}, place_);
  } catch (const Error& error) {
    if (error.code() == ExitCode::kStopped) throw;
  }
  if (kept && kept->job == state_.job) remove_all(context_, place_);
}

}  // namespace tessera::checkpoint
