#include "ingest/content_hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "ingest/input_file.hpp"
#include "ingest/parallel_blocks.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;

struct Hash128 {
  std::uint64_t high = 0, low = 0;
};

Hash128 sum(Hash128 a, Hash128 b) noexcept {
  const std::uint64_t low = a.low + b.low;
  return {a.high + b.high + (low < a.low ? 1U : 0U), low};
}

struct FileState {
  std::uint64_t bytes = 0;
  std::int64_t modified_s = 0;
};

/// Rank 0's view, so that all ranks hash the same bytes.
std::vector<FileState> file_states(const parallel::Communicator& comm, const std::vector<std::string>& paths) {
  std::vector<FileState> states;
  parallel::run_together(comm, [&] {
    if (!comm.is_root()) return;
    for (const std::string& path : paths) {
      const InputFile file(path);
      states.push_back({file.bytes(), file.modified_s()});
    }
  });
  return comm.broadcast_vector(std::move(states));
}

/// The rank's run of a file's blocks.
Hash128 hash_share(const std::string& path, std::uint64_t bytes, int rank, int size, int threads) {
  const std::uint64_t n_blocks = (bytes + kBlock - 1) / kBlock;
  const std::uint64_t first = n_blocks * static_cast<unsigned>(rank) / static_cast<unsigned>(size);
  const std::uint64_t last = n_blocks * (static_cast<unsigned>(rank) + 1) / static_cast<unsigned>(size);
  if (first == last) return {};
  const InputFile file(path);
  std::vector<Hash128> hashes(last - first);
  for_each_in_parallel(threads, hashes.size(), [&](std::size_t i) {
    const std::uint64_t block = first + i;
    std::string buffer(std::min(kBlock, bytes - block * kBlock), '\0');
    file.read(block * kBlock, buffer);
    const XXH128_hash_t hash = XXH3_128bits_withSeed(buffer.data(), buffer.size(), block);
    hashes[i] = {hash.high64, hash.low64};
  });
  Hash128 total;
  for (const Hash128 hash : hashes) total = sum(total, hash);
  return total;
}

}  // namespace

std::vector<SourceFile> describe_files(const Context& context, const std::vector<std::string>& paths) {
  const parallel::Communicator& comm = context.comm;
  const std::vector<FileState> states = file_states(comm, paths);
  const std::vector<Hash128> mine = parallel::compute_together(comm, [&] {
    std::vector<Hash128> hashes;
    for (std::size_t f = 0; f < paths.size(); ++f)
      hashes.push_back(hash_share(paths[f], states[f].bytes, comm.rank(), comm.size(), context.threads));
    return hashes;
  });
  const std::vector<Hash128> all = comm.all_gather_varied(std::span<const Hash128>(mine));
  std::vector<SourceFile> files;
  for (std::size_t f = 0; f < paths.size(); ++f) {
    Hash128 total;
    for (std::size_t i = f; i < all.size(); i += paths.size()) total = sum(total, all[i]);
    files.push_back(
        {paths[f], states[f].bytes, states[f].modified_s, fmt::format("{:016x}{:016x}", total.high, total.low)});
  }
  return files;
}

std::string hash_of(const std::vector<SourceFile>& files) {
  std::string all;
  for (const SourceFile& file : files) all += fmt::format("{} {}\n", file.bytes, file.content_hash);
  const XXH128_hash_t hash = XXH3_128bits(all.data(), all.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace tessera::intake
