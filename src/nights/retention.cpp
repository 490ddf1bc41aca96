#include "nights/retention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "nights/lock_file.hpp"
#include "nights/newest.hpp"
#include "nights/published_nights.hpp"
#include "nights/staged.hpp"
#include "storage/durable_file.hpp"
#include "tessera/publish.hpp"

namespace tessera::nights {
namespace {

namespace fs = std::filesystem;

/// What a path leads to; empty where it leads nowhere.
fs::path target_of(const fs::path& path) {
  std::error_code reason;
  fs::path target = fs::canonical(path, reason);
  return reason ? fs::path() : target;
}

/// With the locks, and what else an attempt that ended has left. The manifest goes last: what a crash leaves is found
/// again by it.
bool remove_night(const fs::path& results, const std::vector<std::string>& locks, std::vector<std::string>& trouble) {
  const NightFiles files = night_files(results);
  remove_staged(results);
  std::vector<std::string> paths{files.results, files.metrics, files.text};
  paths.insert(paths.end(), locks.begin(), locks.end());
  paths.push_back(files.manifest);
  for (const std::string& path : paths) {
    std::error_code reason;
    fs::remove(path, reason);
    if (!reason) continue;
    trouble.push_back(fmt::format("{}, which [output] keep wants removed, could not be: {}", path, reason.message()));
    return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> nights_to_remove(std::vector<std::string> nights, int keep) {
  constexpr std::size_t kYearAndMonth = 7;
  std::ranges::sort(nights);
  std::vector<std::string> old;
  for (std::size_t i = 0; i + static_cast<std::size_t>(keep) < nights.size(); ++i) {
    const std::string_view month = std::string_view(nights[i]).substr(0, kYearAndMonth);
    if (nights[i + 1].starts_with(month)) old.push_back(nights[i]);
  }
  return old;
}

std::vector<std::string> remove_old_nights(const std::string& results_path, const Retention& retention,
                                           std::vector<std::string>& trouble) {
  std::set<fs::path> stays{target_of(results_path), target_of(fs::path(storage::folder_of(results_path)) / kNewest)};
  for (const std::string& path : retention.stays) stays.insert(target_of(path));
  const std::map<std::string, std::string> published = published_nights(results_path, retention.job);
  std::vector<std::string> nights, removed;
  for (const auto& [night, results] : published) nights.push_back(night);
  for (const std::string& night : nights_to_remove(nights, retention.keep_nights)) {
    const fs::path results = published.at(night);
    const fs::path target = target_of(results);
    if (!target.empty() && stays.contains(target)) continue;
    const auto locks = ended_locks(results, night_files(results_path).manifest);
    if (locks && remove_night(results, *locks, trouble)) removed.push_back(night);
  }
  return removed;
}

}  // namespace tessera::nights
