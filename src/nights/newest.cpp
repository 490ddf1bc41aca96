#include "nights/newest.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "nights/manifest.hpp"
#include "storage/durable_file.hpp"

namespace tessera::nights {

namespace fs = std::filesystem;

std::string newest_night(const std::string& results_path) {
  const fs::path folder = storage::folder_of(results_path);
  std::error_code reason;
  const fs::path target = fs::read_symlink(folder / kNewest, reason);
  if (reason || target.has_parent_path()) return "";
  const std::string path = folder / target;
  if (!fs::exists(path, reason)) return "";
  const auto manifest = read_manifest(night_files(path).manifest);
  return manifest ? manifest->night : "";
}

std::optional<std::string> link_to_newest(const std::string& results_path, const std::string& night,
                                          const std::string& staged_path) {
  const fs::path link = fs::path(storage::folder_of(results_path)) / kNewest;
  std::error_code reason;
  if (fs::exists(fs::symlink_status(link, reason)) && !fs::is_symlink(link, reason))
    return fmt::format("{} is a file of its own, so it was not made a link to the newest results", link.string());
  if (newest_night(results_path) > night) return std::nullopt;
  reason.clear();
  fs::create_symlink(fs::path(results_path).filename(), staged_path, reason);
  if (reason == std::errc::operation_not_permitted || reason == std::errc::operation_not_supported ||
      reason == std::errc::function_not_supported)
    return fmt::format("{} could not be linked to the newest results: {}", link.string(), reason.message());
  if (reason) storage::cannot_write(staged_path, "make it a link to the newest results", reason);
  storage::rename_synced(staged_path, link);
  return std::nullopt;
}

}  // namespace tessera::nights
