#include "checkpoint/place.hpp"

#include <filesystem>
#include <string_view>

#include "storage/table.hpp"

namespace tessera::checkpoint {
namespace {

namespace fs = std::filesystem;

/// The folder of the results of all nights: of the path as far as it does not depend on the night.
fs::path results_folder(const Job& job) {
  constexpr std::string_view kName = "{name}";
  std::string path = job.output_path;
  for (std::size_t at = path.find(kName); at != std::string::npos; at = path.find(kName, at + job.name.size()))
    path.replace(at, kName.size(), job.name);
  fs::path folder = fs::path(path).parent_path();
  while (folder.string().find("{night}") != std::string::npos) folder = folder.parent_path();
  return folder;
}

}  // namespace

Place place_of(const Job& job) {
  const fs::path parent = job.checkpoint.path.empty() ? results_folder(job) : fs::path(job.checkpoint.path);
  const fs::path folder = parent / (storage::link_name(job.name) + ".checkpoint");
  return {folder.string(),
          (folder / "accounts.h5").string(),
          {(folder / "state-0").string(), (folder / "state-1").string()}};
}

}  // namespace tessera::checkpoint
