#include "checkpoint/place.hpp"

#include <filesystem>

#include "storage/table.hpp"

namespace tessera::checkpoint {

namespace fs = std::filesystem;

Place place_of(const Job& job) {
  const fs::path parent = job.checkpoint.path.empty() ? fs::path(results_folder(job)) : fs::path(job.checkpoint.path);
  const fs::path folder = parent / (storage::link_name(job.name) + ".checkpoint");
  return {folder.string(),
          (folder / "accounts.h5").string(),
          {(folder / "state-0").string(), (folder / "state-1").string()}};
}

}  // namespace tessera::checkpoint
