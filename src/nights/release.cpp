#include "tessera/release.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/utc.hpp"
#include "nights/became_of.hpp"
#include "nights/leave_record.hpp"
#include "nights/lock_file.hpp"
#include "nights/manifest.hpp"
#include "nights/newest.hpp"
#include "nights/record_of_night.hpp"
#include "nights/small_file.hpp"
#include "nights/staged.hpp"
#include "storage/durable_file.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

namespace fs = std::filesystem;
using nights::Manifest;

constexpr std::string_view kHeldEnding = ".held.h5";

/// The files of the night that a held file belongs to.
NightFiles files_of_held(const std::string& held_path) {
  if (!held_path.ends_with(kHeldEnding))
    throw Error(ExitCode::kUsage,
                fmt::format("{}: held results have a name that ends in {}; give such a file", held_path, kHeldEnding));
  return night_files(held_path.substr(0, held_path.size() - kHeldEnding.size()) + ".h5");
}

/// What is to be published: as it was held, or, where a release before this one did not come to its end, as it lies
/// under its final name already.
Manifest manifest_to_release(const NightFiles& files) {
  std::error_code none;
  const auto held = nights::read_manifest(files.held_manifest);
  if (!held && !fs::exists(files.held, none))
    throw Error(ExitCode::kNoInput, fmt::format("{}: no such file{}", files.held, nights::what_became_of(files.held)));
  if (!held || !held->is_held)
    throw Error(ExitCode::kNoInput,
                fmt::format("{}: there is no manifest {} of results that were held; was this night released already?",
                            files.held, files.held_manifest));
  Manifest manifest = *held;
  manifest.is_held = false;
  manifest.results_file = fs::path(files.results).filename();
  manifest.released = utc_now();
  if (!nights::has_its_results(*held, files.held_manifest) && !nights::has_its_results(manifest, files.manifest))
    throw Error(ExitCode::kBadData,
                fmt::format("{}: these are not the results that {} tells of, by size, digest and run; build the night "
                            "again",
                            files.held, files.held_manifest));
  return manifest;
}

/// Nobody wants an older night in the place of a newer one by mistake, nor a bad feed in that of the mended one.
void refuse_to_go_back(const NightFiles& files, const Manifest& to_release) {
  const std::string newest = nights::newest_night(files.results);
  if (newest > to_release.night)
    throw Error(
        ExitCode::kUsage,
        fmt::format("{}: the night of {} has been published since, later than this one of {}; --force publishes "
                    "this one as well, and latest.h5 stays with the later one",
                    files.held, newest, to_release.night));
  const auto published = nights::read_manifest(files.manifest);
  if (!published || published->owner.run_id == to_release.owner.run_id || published->finished < to_release.finished ||
      !nights::has_its_results(*published, files.manifest))
    return;
  throw Error(ExitCode::kUsage,
              fmt::format("{}: the night of {} was made again and published since, by a run that finished {}; this one "
                          "finished {}. Remove the held results, or --force puts them in the place of {}",
                          files.held, to_release.night, published->finished, to_release.finished, files.results));
}

using Tell = std::function<void(const std::string&)>;
using Read = std::function<ResultsSummary(const std::string&)>;

/// To who watches the figures a night that is released is one that was published.
void leave_figures(const std::string& results_path, const std::string& metrics_path, const Tell& tell,
                   const Read& read) {
  std::string trouble;
  try {
    if (const auto record = nights::record_of_night(results_path, read))
      trouble = nights::leave_record(*record, results_path, metrics_path);
  } catch (const Error& error) {
    trouble = error.what();
  }
  if (!trouble.empty()) tell("the night is published, but its figures are not complete: " + trouble);
}

}  // namespace

Published release_held(const std::string& held_path, const Tell& tell, const Read& read, const ReleaseNote& note,
                       bool force) {
  const NightFiles files = files_of_held(held_path);
  // Before anything is made in a folder that may be none of ours.
  if (const Manifest wanted = manifest_to_release(files); !force) refuse_to_go_back(files, wanted);
  const nights::LockFile lock(files.results, nights::this_process(nights::new_run_id()), tell);
  nights::remove_staged(files.results);
  Manifest manifest = manifest_to_release(files);
  if (!force) refuse_to_go_back(files, manifest);  // again: it may have waited for another's lock
  manifest.released_by = note.by;
  manifest.released_because = note.because;
  const std::string staged = nights::staged_path(files.results, lock.owner(), "json");
  storage::write_synced(staged, nights::written(manifest));
  nights::same_readers(staged, files.held_manifest);
  lock.check();
  if (!nights::has_its_results(manifest, files.manifest)) storage::rename_synced(files.held, files.results);
  if (const auto trouble = nights::link_to_newest(files.results, manifest.night,
                                                  nights::staged_path(files.results, lock.owner(), "link")))
    tell(*trouble);
  storage::rename_synced(staged, files.manifest);
  leave_figures(files.results, manifest.metrics, tell, read);
  std::error_code ignored;
  fs::remove(files.held_manifest, ignored);
  return {files.results, manifest.digest, manifest.bytes, false};
}

}  // namespace tessera
