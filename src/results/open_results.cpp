#include <filesystem>

#include "nights/manifest.hpp"
#include "results/stored_table.hpp"
#include "tessera/publish.hpp"

namespace tessera::results {

namespace {

namespace fs = std::filesystem;

/// Of held results that are not there: that and where they were published; empty: nobody knows.
std::string what_became_of(const std::string& path) {
  constexpr std::string_view kHeldEnding = ".held.h5";
  if (!path.ends_with(kHeldEnding)) return "";
  const NightFiles files = night_files(path.substr(0, path.size() - kHeldEnding.size()) + ".h5");
  const auto manifest = nights::read_manifest(files.manifest);
  if (!manifest) return "";
  if (manifest->released.empty())
    return fmt::format("; that night was published without being held: {}", files.results);
  return fmt::format("; it was released on {}{}, and is {} now", manifest->released,
                     manifest->released_by.empty() ? "" : " by " + manifest->released_by, files.results);
}

}  // namespace

storage::FileReader open_results(const std::string& path) {
  std::error_code none;
  if (!fs::exists(fs::symlink_status(path, none)))
    if (const std::string became = what_became_of(path); !became.empty())
      throw Error(ExitCode::kNoInput, fmt::format("{}: no such file{}", path, became));
  return storage::open_results(path);
}

}  // namespace tessera::results
