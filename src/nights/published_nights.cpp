#include "nights/published_nights.hpp"

#include <filesystem>

#include "nights/manifest.hpp"
#include "nights/small_file.hpp"
#include "storage/durable_file.hpp"
#include "tessera/publish.hpp"

namespace tessera::nights {

std::map<std::string, std::string> published_nights(const std::string& path, const std::string& job) {
  const std::filesystem::path folder = storage::folder_of(path);
  std::map<std::string, std::string> nights;
  for (const std::string& name : names_beside(path, "")) {
    if (!name.ends_with(".json")) continue;
    const auto manifest = read_manifest(folder / name);
    if (!manifest || manifest->is_held || manifest->job != job) continue;
    const std::string results = folder / manifest->results_file;
    if (night_files(results).manifest == folder / name) nights.emplace(manifest->night, results);
  }
  return nights;
}

}  // namespace tessera::nights
