#include "nights/became_of.hpp"

#include <fmt/format.h>

#include <string_view>

#include "nights/manifest.hpp"
#include "tessera/publish.hpp"

namespace tessera::nights {

std::string what_became_of(const std::string& held_path) {
  constexpr std::string_view kHeldEnding = ".held.h5";
  if (!held_path.ends_with(kHeldEnding)) return "";
  const NightFiles files = night_files(held_path.substr(0, held_path.size() - kHeldEnding.size()) + ".h5");
  const auto manifest = read_manifest(files.manifest);
  if (!manifest) return "";
  if (manifest->released.empty())
    return fmt::format("; that night was published without being held: {}", files.results);
  return fmt::format("; it was released on {}{}, and is {} now", manifest->released,
                     manifest->released_by.empty() ? "" : " by " + manifest->released_by, files.results);
}

}  // namespace tessera::nights
