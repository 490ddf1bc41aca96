#pragma once

#include <optional>
#include <string>

namespace tessera {

/// The CPU time that control groups (v1 and v2, with all the groups above this one) allow this process, in cores;
/// nothing where there is no limit. The arguments are the kernel's lists of the process's groups and mounts.
[[nodiscard]] std::optional<double> cgroup_quota(const std::string& cgroup_list = "/proc/self/cgroup",
                                                 const std::string& mount_list = "/proc/self/mountinfo");

}  // namespace tessera
