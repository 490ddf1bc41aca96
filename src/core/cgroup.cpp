#include "core/cgroup.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

namespace tessera {
namespace {

namespace fs = std::filesystem;

enum class Version { kV1, kV2 };

/// Where a hierarchy that limits CPU time is mounted, and which of its groups the mount point shows.
struct Mount {
  Version version;
  std::string root;
  fs::path point;
};

bool lists_cpu(const std::string& comma_separated) {
  std::istringstream names(comma_separated);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == "cpu") return true;
  }
  return false;
}

/// A line of mountinfo: id parent device root point options [tag…] - type device super-options.
std::vector<Mount> cpu_mounts(const std::string& mount_list) {
  std::vector<Mount> mounts;
  std::ifstream file(mount_list);
  for (std::string line; std::getline(file, line);) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    std::istringstream before(line.substr(0, dash));
    std::istringstream after(line.substr(dash + 3));
    std::string skipped;
    std::string root;
    std::string point;
    std::string type;
    std::string options;
    before >> skipped >> skipped >> skipped >> root >> point;
    after >> type >> skipped >> options;
    if (type == "cgroup2") mounts.push_back({Version::kV2, root, point});
    if (type == "cgroup" && lists_cpu(options)) mounts.push_back({Version::kV1, root, point});
  }
  return mounts;
}

/// The path of this process's group in the hierarchy: lines are id:controllers:path, and v2 has id 0 and no
/// controllers.
std::optional<std::string> group_path(const std::string& cgroup_list, Version version) {
  std::ifstream file(cgroup_list);
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (version == Version::kV2 ? controllers.empty() : lists_cpu(controllers)) return line.substr(second + 1);
  }
  return std::nullopt;
}

std::optional<double> quota_of(const fs::path& group, Version version) {
  std::string quota;
  double period_us = 0;
  if (version == Version::kV2) {
    std::ifstream(group / "cpu.max") >> quota >> period_us;
  } else {
    std::ifstream(group / "cpu.cfs_quota_us") >> quota;
    std::ifstream(group / "cpu.cfs_period_us") >> period_us;
  }
  double quota_us = 0;
  std::istringstream(quota) >> quota_us;  // "max", as "-1", means no limit
  if (quota_us <= 0 || period_us <= 0) return std::nullopt;
  return quota_us / period_us;
}

}  // namespace

std::optional<double> cgroup_quota(const std::string& cgroup_list, const std::string& mount_list) {
  std::optional<double> smallest;
  for (const Mount& mount : cpu_mounts(mount_list)) {
    std::string path = group_path(cgroup_list, mount.version).value_or("/");
    // In a container the mount shows the container's own group as its root, and the path may be told from the host's
    // root.
    if (mount.root != "/" && path.starts_with(mount.root)) path.erase(0, mount.root.size());
    fs::path group = mount.point / fs::path(path).relative_path();
    while (true) {
      if (const std::optional<double> quota = quota_of(group, mount.version)) {
        smallest = std::min(smallest.value_or(*quota), *quota);
      }
      if (group == mount.point || !group.has_relative_path()) break;
      group = group.parent_path();
    }
  }
  return smallest;
}

}  // namespace tessera
