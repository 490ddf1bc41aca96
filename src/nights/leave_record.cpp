#include "nights/leave_record.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <optional>

#include "nights/manifest.hpp"
#include "nights/newest.hpp"
#include "nights/small_file.hpp"
#include "nights/staged.hpp"
#include "storage/descriptor.hpp"
#include "storage/durable_file.hpp"

namespace tessera::nights {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLog = "runs.jsonl";
constexpr const char* kLastRun = "last_run.prom";

/// In one write, so that lines of runs that end together do not mix; after a line that a full disk has cut, on a new
/// one.
void append_line(const std::string& path, std::string line) {
  const storage::Descriptor file(path, O_RDWR | O_CREAT | O_APPEND);
  if (!file.is_open()) storage::cannot_write(path, "open it", storage::last_error());
  char last = '\n';
  const off_t end = ::lseek(file.id(), 0, SEEK_END);
  if (end > 0 && ::pread(file.id(), &last, 1, end - 1) == 1 && last != '\n') line.insert(line.begin(), '\n');
  if (::write(file.id(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    storage::cannot_write(path, "append a line", storage::last_error());
}

void replace(const std::string& path, const std::string& text, const std::string& staged) {
  try {
    storage::write_synced(staged, text);
    // Sums and the job's own words, for a collector that is another user.
    fs::permissions(staged, fs::perms(0644));
    storage::rename_synced(staged, path);
  } catch (const Error&) {
    std::error_code ignored;
    fs::remove(staged, ignored);
    throw;
  }
}

/// When the newest published night beside the results got its manifest.
std::optional<double> last_published(const std::string& results_path) {
  const fs::path folder = storage::folder_of(results_path);
  std::error_code reason;
  const fs::path target = fs::read_symlink(folder / kNewest, reason);
  const std::string manifest = night_files(reason ? results_path : (folder / target).string()).manifest;
  struct stat state {};
  if (!read_manifest(manifest) || ::stat(manifest.c_str(), &state) != 0) return std::nullopt;
  return static_cast<double>(state.st_mtim.tv_sec);
}

/// Where the figures of the last run go, and under which name they are written first. Another program may read the
/// folder, so that name ends otherwise, and what attempts that were killed have left there is removed.
struct LastRun {
  std::string path, staged;
};

LastRun place_of_last_run(const RunRecord& record, const std::string& results_path, const std::string& metrics_path) {
  if (metrics_path.empty())
    return {fs::path(storage::folder_of(results_path)) / kLastRun, staged_path(results_path, record.owner, "prom")};
  const std::string beginning = fs::path(metrics_path).filename().string() + ".partial-";
  std::error_code ignored;
  for (const std::string& name : names_beside(metrics_path, beginning))
    fs::remove(fs::path(storage::folder_of(metrics_path)) / name, ignored);
  return {metrics_path, metrics_path + ".partial-" + record.owner.run_id};
}

}  // namespace

std::string leave_record(const RunRecord& record, const std::string& results_path,
                         const std::string& metrics_path) noexcept {
  try {
    append_line(fs::path(storage::folder_of(results_path)) / kLog, json_line(record));
    const std::string page = exposition(record, last_published(results_path));
    if (record.outcome == "published")
      replace(night_files(results_path).metrics, page, staged_path(results_path, record.owner, "prom"));
    const LastRun last = place_of_last_run(record, results_path, metrics_path);
    replace(last.path, page, last.staged);
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::string leave_missing_figures(const RunRecord& night, const std::string& results_path, const Owner& me) noexcept {
  try {
    const NightFiles files = night_files(results_path);
    const auto told = read_small_file(files.metrics);
    if (told && told->find(night.owner.run_id) != std::string::npos) return "";
    replace(files.metrics, exposition(night, last_published(results_path)), staged_path(results_path, me, "prom"));
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace tessera::nights
