#include <filesystem>

#include "nights/manifest.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/publish.hpp"

namespace tessera {

std::optional<Published> already_published(const Context& context, const NightLock& lock, const PublishedNight& night,
                                           const std::function<std::vector<InputBytes>()>& input_bytes) {
  const parallel::Communicator& comm = context.comm;
  std::optional<nights::Manifest> manifest;
  parallel::run_together(comm, [&] {
    if (!comm.is_root()) return;
    const std::string path = night_files(lock.results_path()).manifest;
    manifest = nights::read_manifest(path);
    const bool is_it = manifest && !manifest->is_held && manifest->night == night.night &&
                       manifest->job_hash == nights::hash_of_job(night.resolved_toml) &&
                       manifest->engine_version == TESSERA_VERSION &&
                       std::filesystem::path(lock.results_path()).filename() == manifest->results_file &&
                       nights::has_its_results(*manifest, path);
    if (!is_it) manifest.reset();
  });
  if (comm.broadcast<std::uint8_t>(manifest ? 1 : 0) == 0) return std::nullopt;
  const std::vector<InputBytes> inputs = input_bytes();
  if (comm.broadcast<std::uint8_t>(manifest && manifest->inputs == inputs ? 1 : 0) == 0) return std::nullopt;
  Published published;
  published.path = lock.results_path();
  if (manifest) published.digest = manifest->digest;
  if (manifest) published.bytes = manifest->bytes;
  published.digest = comm.broadcast_text(std::move(published.digest));
  published.bytes = comm.broadcast(published.bytes);
  published.is_from_before = true;
  return published;
}

}  // namespace tessera
