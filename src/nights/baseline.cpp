#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/utc.hpp"
#include "nights/manifest.hpp"
#include "nights/owner.hpp"
#include "storage/durable_file.hpp"
#include "tessera/errors.hpp"
#include "tessera/release.hpp"

namespace tessera {

namespace fs = std::filesystem;

void make_baseline(const std::string& results_path, const std::string& baseline_path, const ReleaseNote& note) {
  std::error_code reason;
  const fs::path real = fs::canonical(results_path, reason);
  if (reason)
    throw Error(ExitCode::kNoInput,
                fmt::format("{}: the results cannot be read: {}; give the results of a published night", results_path,
                            reason.message()));
  const std::string manifest_path = night_files(real.string()).manifest;
  const auto manifest = nights::read_manifest(manifest_path);
  if (!manifest || manifest->is_held || !nights::has_its_results(*manifest, manifest_path))
    throw Error(ExitCode::kBadData,
                fmt::format("{}: this is no published night: its manifest {} is missing, or tells of other results; a "
                            "night that was held is released first",
                            results_path, manifest_path));
  const std::string staged = baseline_path + ".partial-" + nights::new_run_id();
  fs::create_directories(storage::folder_of(baseline_path), reason);
  fs::copy_file(real, staged, fs::copy_options::none, reason);
  if (reason) {
    std::error_code ignored;
    fs::remove(staged, ignored);
    storage::cannot_write(baseline_path, "copy the night there", reason);
  }
  storage::sync_file(staged);
  storage::rename_synced(staged, baseline_path);
  const nlohmann::ordered_json record = {
      {"night", manifest->night}, {"job", manifest->job}, {"digest", manifest->digest},
      {"approved", utc_now()},    {"by", note.by},        {"because", note.because}};
  storage::write_synced(baseline_path + ".json", record.dump(2) + "\n");
}

}  // namespace tessera
