#include "nights/lock_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>
#include <vector>

#include "nights/small_file.hpp"
#include "storage/descriptor.hpp"
#include "storage/durable_file.hpp"
#include "tessera/errors.hpp"

namespace tessera::nights {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr const char* kLock = ".lock-";
constexpr const char* kFresh = ".lock.new-";

/// Numbers of the locks of these results, ascending.
std::vector<std::int64_t> locks_of(const std::string& results_path) {
  const std::string prefix = fs::path(results_path).filename().string() + kLock;
  std::vector<std::int64_t> numbers;
  for (const std::string& name : names_beside(results_path, prefix)) {
    std::int64_t number = 0;
    const char* const end = name.data() + name.size();
    const auto read = std::from_chars(name.data() + prefix.size(), end, number);
    if (read.ec == std::errc{} && read.ptr == end && number > 0) numbers.push_back(number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

/// Last change of a file; nullopt: it is gone.
std::optional<milliseconds> modified(const std::string& path) {
  struct stat state {};
  if (::stat(path.c_str(), &state) != 0) return std::nullopt;
  return milliseconds(std::int64_t{state.st_mtim.tv_sec} * 1000 + state.st_mtim.tv_nsec / 1'000'000);
}

/// Now, as the file system's server sees it.
bool touch(const std::string& path) {
  return ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0;
}

/// Gives a file a second name, or the name alone where the file system knows no links. False: somebody has it.
bool link_if_free(const std::string& from, const std::string& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return true;
  const std::error_code reason = storage::last_error();
  struct stat state {};
  // A lost answer of a network file system: the second name is there all the same.
  if (::stat(from.c_str(), &state) == 0 && state.st_nlink == 2) return true;
  if (reason == std::errc::file_exists) return false;
  const bool has_links = reason != std::errc::operation_not_permitted && reason != std::errc::operation_not_supported &&
                         reason != std::errc::function_not_supported;
  if (has_links) storage::cannot_write(to, "lock the night", reason);
  if (!storage::Descriptor(to, O_WRONLY | O_CREAT | O_EXCL).is_open()) {
    if (errno == EEXIST) return false;
    storage::cannot_write(to, "lock the night", storage::last_error());
  }
  storage::rename_synced(from, to);
  return true;
}

/// As far as one look tells.
bool has_ended(const std::string& lock, const std::string& written_now, milliseconds silence) {
  const auto text = read_small_file(lock);
  const std::optional<Owner> owner = text ? read_owner(*text) : std::nullopt;
  if (owner && presence_of(*owner) == Presence::kEnded) return true;
  const auto now = modified(written_now), then = modified(lock);
  return now && then && *now - *then > silence;
}

double seconds(milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

std::optional<std::vector<std::string>> ended_locks(const std::string& results_path, const std::string& written_now,
                                                    LockTimes times) {
  std::vector<std::string> ended;
  for (const std::string& name : names_beside(results_path, fs::path(results_path).filename().string() + ".lock")) {
    const std::string path = fs::path(storage::folder_of(results_path)) / name;
    if (!has_ended(path, written_now, times.silence)) return std::nullopt;
    ended.push_back(path);
  }
  return ended;
}

/// A lock that is there.
struct LockFile::Found {
  std::int64_t number = 0;
  std::string path;
  Owner owner;  ///< no run_id: the file does not say
};

std::string LockFile::path_of(std::int64_t number) const {
  return fmt::format("{}{}{:06}", results_path_, kLock, number);
}

std::optional<LockFile::Found> LockFile::newest() const {
  const std::vector<std::int64_t> numbers = locks_of(results_path_);
  if (numbers.empty()) return std::nullopt;
  Found found{numbers.back(), path_of(numbers.back()), {}};
  if (const auto text = read_small_file(found.path)) found.owner = read_owner(*text).value_or(Owner{});
  return found;
}

std::optional<milliseconds> LockFile::age_of(const std::string& path) const {
  if (!touch(fresh_path_)) storage::cannot_write(fresh_path_, "touch it", storage::last_error());
  const auto now = modified(fresh_path_), then = modified(path);
  if (!now || !then) return std::nullopt;
  return *now - *then;
}

bool LockFile::may_take(const Found& found, const std::function<void(const std::string&)>& tell,
                        const std::function<bool()>& is_stopped) {
  if (is_requeue_of(me_, found.owner)) return true;
  const auto begin = std::chrono::steady_clock::now();
  const auto first = modified(found.path);
  for (bool has_told = false;; has_told = true) {
    const Presence presence = presence_of(found.owner);
    if (presence == Presence::kEnded) return true;
    const auto age = age_of(found.path);
    if (!age) return false;  // given up, or somebody else was quicker
    if (*age >= times_.silence) return true;
    // One that is here may be about to end, as its launcher has.
    const bool lives = presence == Presence::kHere ? std::chrono::steady_clock::now() - begin >= times_.heartbeat
                                                   : modified(found.path) != first;
    if (lives) refuse(found, *age);
    if (is_stopped && is_stopped()) throw Error(ExitCode::kStopped, "stopped while it waited for the night's lock");
    if (!has_told)
      tell(fmt::format(
          "the night is locked by {}; waiting to see whether it ends, or gives no sign of life for {:.0f} s",
          described(found.owner), seconds(times_.silence)));
    std::this_thread::sleep_for(std::min<milliseconds>(times_.heartbeat / 4, milliseconds(500)));
  }
}

void LockFile::refuse(const Found& found, milliseconds age) const {
  throw Error(ExitCode::kCannotWrite,
              fmt::format("{}: this night is being written by {}, whose last sign of life was {:.0f} s ago. Wait until "
                          "it has ended, or end it; if it hangs, start again: after {:.0f} s of silence it is "
                          "taken over. Its lock is {}.",
                          results_path_, described(found.owner), seconds(age), seconds(times_.silence), found.path));
}

bool LockFile::take(std::int64_t number, const std::optional<Found>& before) {
  me_.attempt = number;
  storage::write_synced(fresh_path_, written(me_));
  path_ = path_of(number);
  if (!link_if_free(fresh_path_, path_)) return false;
  // Others that looked when we did may have taken another number: whoever sees one that it does not know steps back.
  const std::vector<std::int64_t> numbers = locks_of(results_path_);
  const bool is_alone = std::ranges::all_of(
      numbers, [&](std::int64_t other) { return other == number || (before && other <= before->number); });
  if (!is_alone) {
    ::unlink(path_.c_str());
    return false;
  }
  for (const std::int64_t other : numbers)
    if (other < number) ::unlink(path_of(other).c_str());
  return true;
}

LockFile::LockFile(const std::string& results_path, Owner me, const std::function<void(const std::string&)>& tell,
                   LockTimes times, const std::function<bool()>& is_stopped)
    : results_path_(results_path), times_(times), me_(std::move(me)), fresh_path_(results_path + kFresh + me_.run_id) {
  storage::make_folder_of(results_path_);
  try {
    storage::write_synced(fresh_path_, written(me_));
    for (bool is_taken = false; !is_taken;) {
      const std::optional<Found> before = newest();
      if (before && !may_take(*before, tell, is_stopped)) continue;
      is_taken = take(before ? before->number + 1 : 1, before);
      if (is_taken && before) taken_from_ = before->owner;
      if (!is_taken) std::this_thread::sleep_for(milliseconds(me_.pid % 64));
    }
  } catch (...) {
    ::unlink(fresh_path_.c_str());
    throw;
  }
  ::unlink(fresh_path_.c_str());
  remove_forgotten();
  storage::sync_folder_of(path_);
  // Signals are for the thread that runs the job.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  heart_ = std::jthread([this](const std::stop_token& stop) { beat(stop); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void LockFile::remove_forgotten() const {
  const fs::path folder = storage::folder_of(results_path_);
  for (const std::string& name : names_beside(results_path_, fs::path(results_path_).filename().string() + kFresh)) {
    const std::string path = folder / name;
    if (has_ended(path, path_, times_.silence)) ::unlink(path.c_str());
  }
}

LockFile::~LockFile() {
  heart_.request_stop();
  heart_.join();
  const auto text = read_small_file(path_);
  const std::optional<Owner> owner = text ? read_owner(*text) : std::nullopt;
  if (owner && owner->run_id == me_.run_id) ::unlink(path_.c_str());
}

void LockFile::beat(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, times_.heartbeat, [] { return false; })) {
    if (stop.stop_requested()) return;
    // A file system that is away for a while ends no heartbeat. A lock that is another attempt's does: that one is
    // alive or not by its own signs, and check() will say so before anything is published.
    const auto text = read_small_file(path_);
    const std::optional<Owner> owner = text ? read_owner(*text) : std::nullopt;
    if (owner && owner->run_id != me_.run_id) return;
    if (owner) (void)touch(path_);
  }
}

void LockFile::check() const {
  const std::optional<Found> found = newest();
  if (found && found->owner.run_id == me_.run_id) return;
  throw Error(
      ExitCode::kCannotWrite,
      fmt::format("{}: this attempt was taken for dead, and {} has taken the night over. This attempt publishes "
                  "nothing; look at what became of the other one.",
                  results_path_, found ? described(found->owner) : "another attempt, which has ended by now,"));
}

}  // namespace tessera::nights
