#pragma once

#include <optional>
#include <string>

namespace tessera::nights {

/// What the link to the newest results is called.
inline constexpr const char* kNewest = "latest.h5";

/// The night whose results latest.h5 beside `results_path` links to, by its manifest; empty where that is not known.
[[nodiscard]] std::string newest_night(const std::string& results_path);

/// Makes latest.h5 beside the results a link to them, in one step by way of `staged_path`, unless it links to a later
/// night. Where there can be none (a file system without links, or a file of that name is in the way) the reason is
/// returned; other failures throw Error(kCannotWrite).
[[nodiscard]] std::optional<std::string> link_to_newest(const std::string& results_path, const std::string& night,
                                                        const std::string& staged_path);

}  // namespace tessera::nights
