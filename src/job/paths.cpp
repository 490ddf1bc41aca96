#include "job/paths.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>

#include "core/placeholder.hpp"

namespace tessera::job {

namespace {

constexpr std::size_t kLongestName = 100;

}  // namespace

std::optional<ResolvedPath> resolve_path(Mistakes& mistakes, const std::string& written, Place place,
                                         std::string_view title, const std::filesystem::path& folder) {
  if (folder.empty()) return ResolvedPath{.as_written = written, .absolute = written};
  std::string expanded;
  bool is_good = true;
  std::size_t at = 0;
  while (at < written.size()) {
    if (written.compare(at, 2, "${") != 0) {
      expanded += written[at++];
      continue;
    }
    const std::size_t end = written.find('}', at);
    if (end == std::string::npos) {
      mistakes.add(
          place, fmt::format("{} has a \"${{\" that is not closed; got {}; expected ${{VAR}}", title, shown(written)));
      return std::nullopt;
    }
    const std::string variable = written.substr(at + 2, end - at - 2);
    // The job is read before any thread starts, so nobody changes the environment meanwhile.
    const char* found = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (found == nullptr) {
      mistakes.add(place,
                   fmt::format("{} names an environment variable that is not set; got {}; set {} or write the path out",
                               title, shown(written), shown(variable)));
      is_good = false;
    } else {
      expanded += found;
    }
    at = end + 1;
  }
  if (!is_good) return std::nullopt;
  return ResolvedPath{.as_written = written, .absolute = (folder / expanded).string()};
}

void check_safe_in_path(Mistakes& mistakes, const std::string& name, Place place, std::string_view title) {
  if (name.find('/') == std::string::npos && name != "." && name != ".." && name.size() <= kLongestName) return;
  mistakes.add(place,
               fmt::format("{} cannot stand in a path; got {}; expected a name without \"/\", other than \".\" and "
                           "\"..\", of {} bytes at most",
                           title, shown(name), kLongestName));
}

void check_placeholders(Mistakes& mistakes, std::string_view path, Place place, std::string_view title,
                        std::string_view why_no_night) {
  for (std::size_t at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1)) {
    if (at > 0 && path[at - 1] == '$') continue;
    const std::size_t end = path.find('}', at);
    const std::string_view found = path.substr(at, end == std::string_view::npos ? end : end - at + 1);
    if (found == kNamePlaceholder || (found == kNightPlaceholder && why_no_night.empty())) continue;
    const std::string wrong = found == kNightPlaceholder ? fmt::format("cannot have {}, {}", found, why_no_night)
                                                         : "has an unknown placeholder";
    mistakes.add(place, fmt::format("{} {}; got {} in {}; expected {{name}}{}", title, wrong, shown(found), shown(path),
                                    why_no_night.empty() ? " or {night}" : " alone"));
  }
}

bool has_columns_of_its_own(std::string_view path) noexcept {
  return path.ends_with(".parquet") || path.ends_with(".h5") || path.ends_with(".hdf5");
}

}  // namespace tessera::job
