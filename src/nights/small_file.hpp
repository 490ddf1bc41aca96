#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tessera::nights {

/// The text of a file of a few kilobytes; nullopt if it is not there, cannot be read, or is larger than 4 MiB.
[[nodiscard]] std::optional<std::string> read_small_file(const std::string& path);

/// Names of the files beside `path` that begin with `prefix`, in byte order; none where the folder cannot be read.
[[nodiscard]] std::vector<std::string> names_beside(const std::string& path, const std::string& prefix);

/// Who may read `path` may read `as_this_one`, and nobody else. Not all file systems know rights: that is no failure.
void same_readers(const std::string& path, const std::string& as_this_one) noexcept;

}  // namespace tessera::nights
