#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "job/section.hpp"

namespace tessera::job {

/// A path of the job file, as written and as the run opens it.
struct ResolvedPath {
  std::string as_written;
  std::string
      absolute;  ///< ${VAR} from the environment, relative to the job file's folder; globs and {night} as they are
};

/// The path `written`, or nullopt and a mistake at `place`: ${VAR} that is unset or not closed. `title` names the key.
/// Without a folder the path is nobody's to open, and stays as written.
[[nodiscard]] std::optional<ResolvedPath> resolve_path(Mistakes& mistakes, const std::string& written, Place place,
                                                       std::string_view title, const std::filesystem::path& folder);

/// Adds a mistake unless `name` can stand in a path of files and of HDF5 links: no "/", not "." or "..", 100 bytes at
/// most.
void check_safe_in_path(Mistakes& mistakes, const std::string& name, Place place, std::string_view title);

/// Adds a mistake for every {placeholder} of a path but {name} and, unless there is a reason why not, {night}. `title`
/// names the key.
void check_placeholders(Mistakes& mistakes, std::string_view path, Place place, std::string_view title,
                        std::string_view why_no_night = "");

/// Whether a source's files are of a format that names and parts its columns itself, by the path's ending.
[[nodiscard]] bool has_columns_of_its_own(std::string_view path) noexcept;

}  // namespace tessera::job
