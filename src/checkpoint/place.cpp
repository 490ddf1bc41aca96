#include "checkpoint/place.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "core/iso_date.hpp"
#include "storage/table.hpp"

namespace tessera::checkpoint {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".checkpoint";

fs::path parent_of(const Job& job) {
  return job.checkpoint.path.empty() ? fs::path(results_folder(job)) : fs::path(job.checkpoint.path);
}

/// What the names of a job's folders begin with.
std::string beginning_of(const Job& job) {
  return storage::link_name(job.name) + ".";
}

}  // namespace

Place place_of(const Job& job, const std::string& night) {
  const fs::path folder = parent_of(job) / (beginning_of(job) + night + std::string(kEnding));
  return {folder.string(),
          (folder / "accounts.h5").string(),
          {(folder / "state-0").string(), (folder / "state-1").string()}};
}

std::vector<std::string> nights_with_folder(const Job& job) {
  const std::string beginning = beginning_of(job);
  std::vector<std::string> nights;
  std::error_code none;
  for (fs::directory_iterator file(parent_of(job), none), end; !none && file != end; file.increment(none)) {
    const std::string name = file->path().filename().string();
    if (!name.starts_with(beginning) || !name.ends_with(kEnding)) continue;
    if (name.size() < beginning.size() + kEnding.size()) continue;
    std::string night = name.substr(beginning.size(), name.size() - beginning.size() - kEnding.size());
    if (parse_iso_date(night)) nights.push_back(std::move(night));  // else another job's, whose name goes on
  }
  std::ranges::sort(nights);
  return nights;
}

}  // namespace tessera::checkpoint
