#include "parallel/stage_clock.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>

#include "core/threads.hpp"
#include "parallel/agreement.hpp"
#include "tessera/account_key.hpp"

namespace tessera::parallel {

namespace {

constexpr double kMicro = 1e6;

}  // namespace

void StageClock::enter(const std::string& stage) {
  if (is_open_ && latest_ == stage) return;
  close();
  latest_ = stage;
  is_open_ = true;
  if (listener_.begins) listener_.begins(stage);
}

void StageClock::close() {
  if (is_open_ && listener_.ends) listener_.ends(latest_, open_seconds_, made_);
  is_open_ = false;
  open_seconds_ = 0.0;
  made_.clear();
}

void StageClock::add(const std::string& stage, std::chrono::steady_clock::duration time) {
  auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.stage == stage; });
  if (entry == entries_.end()) entry = entries_.insert(entry, Entry{stage});
  const double seconds = std::chrono::duration<double>(time).count();
  entry->seconds += seconds;
  if (is_open_ && latest_ == stage) open_seconds_ += seconds;
  entry->peak_memory_bytes = peak_memory_bytes();
}

StageClock StageClock::with_open_closed() const {
  StageClock closed;
  closed.entries_ = entries_;
  for (const Scope* scope : open_) closed.add(scope->stage(), scope->time());
  return closed;
}

std::vector<StageTime> StageClock::all_stages(const Communicator& comm) const {
  std::vector<StageTime> all = earlier_;
  for (const StageTime& own : with_open_closed().own_stages(comm)) {
    const auto entry = std::ranges::find(all, own.stage, &StageTime::stage);
    if (entry == all.end()) {
      all.push_back(own);
      continue;
    }
    entry->seconds_min += own.seconds_min;
    entry->seconds_max += own.seconds_max;
    entry->seconds_mean += own.seconds_mean;
    entry->peak_memory_bytes = std::max(entry->peak_memory_bytes, own.peak_memory_bytes);
  }
  return all;
}

std::vector<StageTime> StageClock::own_stages(const Communicator& comm) const {
  std::string names;
  std::vector<double> slowest;
  std::vector<std::int64_t> microseconds;
  std::vector<std::uint64_t> peaks;
  for (const Entry& entry : entries_) {
    names += entry.stage + '\n';
    slowest.push_back(entry.seconds);
    microseconds.push_back(std::llround(entry.seconds * kMicro));
    peaks.push_back(entry.peak_memory_bytes);
  }
  std::optional<Error> mistake;
  const std::uint64_t mine = account_key(names).hi;
  if (comm.broadcast(mine) != mine) {
    mistake.emplace(ExitCode::kInternal,
                    "ranks have passed different stages of the run: report this with the job file");
  }
  throw_together(comm, mistake);

  std::vector<double> fastest = slowest;
  comm.all_reduce<Reduce::kMin>(std::span(fastest));
  comm.all_reduce<Reduce::kMax>(std::span(slowest));
  comm.all_reduce<Reduce::kMax>(std::span(peaks));
  comm.all_reduce<Reduce::kSum>(std::span(microseconds));
  std::vector<StageTime> stages;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const double mean = static_cast<double>(microseconds[i]) / (kMicro * comm.size());
    stages.push_back({entries_[i].stage, fastest[i], slowest[i], peaks[i], mean});
  }
  return stages;
}

std::vector<StageTime> StageClock::stages_here() const {
  std::vector<StageTime> stages;
  for (const Entry& entry : entries_)
    stages.push_back({entry.stage, entry.seconds, entry.seconds, entry.peak_memory_bytes, entry.seconds});
  return stages;
}

}  // namespace tessera::parallel
