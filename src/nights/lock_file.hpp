#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "nights/owner.hpp"

namespace tessera::nights {

/// How often the owner of a lock gives a sign of life, and after what silence it is taken for dead.
struct LockTimes {
  std::chrono::milliseconds heartbeat{5'000};
  std::chrono::milliseconds silence{60'000};
};

/// The locks of a night that nobody works on any more: their owners have ended here, or gave no sign of life for long
/// before `written_now` was, a file beside them that was written a moment ago, as no other clock is the file system's.
/// Nothing: somebody may be at work. One look, for who wants a night's files gone; LockFile is for who wants the night.
[[nodiscard]] std::optional<std::vector<std::string>> ended_locks(const std::string& results_path,
                                                                  const std::string& written_now, LockTimes times = {});

/// The right to write one night's files, as a file beside them that every node sees: RESULTS.lock-NUMBER, where the
/// number counts the attempts that took it over from one another. No MPI; one process of a run holds it.
///
/// Only what network file systems do in one step is relied on: link() to a name that is free, rename(), unlink(). Its
/// age is told by the clock of the file system alone. Whose owner has ended on this machine, was requeued by Slurm, or
/// has been silent for long is taken over; an owner that comes back finds its own lock gone, and whatever it had
/// staged.
class LockFile {
 public:
  /// Waits at most LockTimes::silence to learn whether an owner elsewhere lives, or one here is about to end. `tell`
  /// hears why it waits; `is_stopped` is asked meanwhile. Throws Error(kCannotWrite), naming the owner, if one does, or
  /// if the folder cannot be written; Error(kStopped).
  LockFile(const std::string& results_path, Owner me, const std::function<void(const std::string&)>& tell,
           LockTimes times = {}, const std::function<bool()>& is_stopped = {});
  /// Gives the lock up, if it still is this one's.
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  [[nodiscard]] const Owner& owner() const noexcept { return me_; }
  /// Whose lock was taken over.
  [[nodiscard]] const std::optional<Owner>& taken_from() const noexcept { return taken_from_; }
  /// Throws Error(kCannotWrite) if another attempt has taken the night over. Safe to be asked while the owner's
  /// heartbeat goes on.
  void check() const;

 private:
  struct Found;
  [[nodiscard]] bool take(std::int64_t number, const std::optional<Found>& before);
  [[nodiscard]] bool may_take(const Found& found, const std::function<void(const std::string&)>& tell,
                              const std::function<bool()>& is_stopped);
  [[noreturn]] void refuse(const Found& found, std::chrono::milliseconds age) const;
  [[nodiscard]] std::optional<Found> newest() const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> age_of(const std::string& path) const;
  [[nodiscard]] std::string path_of(std::int64_t number) const;
  /// What others that wanted the lock and have ended left behind.
  void remove_forgotten() const;
  void beat(const std::stop_token& stop);

  std::string results_path_;
  LockTimes times_;
  Owner me_;
  std::string fresh_path_;  ///< written before it is linked to the lock's name; tells the file system's time
  std::string path_;
  std::optional<Owner> taken_from_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread heart_;
};

}  // namespace tessera::nights
