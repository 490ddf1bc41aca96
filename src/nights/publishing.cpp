#include "nights/publishing.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "nights/newest.hpp"
#include "nights/small_file.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "storage/durable_file.hpp"

namespace tessera::nights {
namespace {

/// What the gate held of a night before it was published has had its day: released, it would undo the night.
void remove_held(const NightFiles& files) {
  std::error_code ignored;
  std::filesystem::remove(files.held, ignored);
  std::filesystem::remove(files.held_manifest, ignored);
}

}  // namespace

using parallel::run_together;

void publish_staged(const Context& context, const NightLock& lock, storage::Staging& staging, const Manifest& manifest,
                    bool link) {
  const parallel::Communicator& comm = context.comm;
  const NightFiles files = night_files(lock.results_path());
  const std::string staged = lock.staged_path("json");
  run_together(comm, [&] {
    if (!comm.is_root()) return;
    lock.check();
    storage::write_synced(staged, written(manifest));
    same_readers(staged, staging.path());
  });
  staging.publish([&] { lock.check(); });
  std::string trouble;
  run_together(comm, [&] {
    if (!comm.is_root() || !link) return;
    lock.check();
    trouble = link_to_newest(files.results, manifest.night, lock.staged_path("link")).value_or("");
  });
  trouble = comm.broadcast_text(std::move(trouble));
  if (!trouble.empty()) context.journal.warn(trouble);
  run_together(comm, [&] {
    if (!comm.is_root()) return;
    lock.check();
    storage::rename_synced(staged, manifest.is_held ? files.held_manifest : files.manifest);
    if (!manifest.is_held) remove_held(files);
  });
}

void remove_old_nights(const Context& context, const std::string& results_path, const Retention& retention) {
  std::vector<std::string> removed, trouble;
  if (context.comm.is_root()) removed = remove_old_nights(results_path, retention, trouble);
  const std::string said = context.comm.broadcast_text(fmt::format("{}", fmt::join(trouble, "; ")));
  if (!said.empty()) context.journal.warn(said);
  if (!removed.empty()) context.journal.info(fmt::format("removed the nights {}", fmt::join(removed, ", ")));
}

}  // namespace tessera::nights
