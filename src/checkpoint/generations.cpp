#include "checkpoint/generations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "checkpoint/state_bytes.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "storage/descriptor.hpp"
#include "tessera/account_key.hpp"
#include "tessera/errors.hpp"

namespace tessera::checkpoint {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "tessera-checkpoint";
constexpr std::string_view kVersion = "1 " TESSERA_VERSION;  ///< of the format, and of the engine
/// A state is kilobytes; a thousand macro segments of a thousand centroids in a hundred features are below this.
constexpr std::uintmax_t kMostBytes = std::uintmax_t{2} << 30U;

std::string checksum_of(std::string_view bytes) {
  const AccountKey hash = account_key(bytes);  // XXH3-128
  return fmt::format("{:016x}{:016x}", hash.hi, hash.lo);
}

/// A line that people and other versions can read, then the state.
std::string written(const State& state) {
  const std::string bytes = bytes_of(state);
  return fmt::format("{} {} {}\n{}", kMagic, kVersion, checksum_of(bytes), bytes);
}

[[noreturn]] void fail(const std::string& path, std::string_view doing) {
  throw Error(ExitCode::kCannotWrite,
              fmt::format("{}: cannot {} ({}). Free space there, or give another [checkpoint] path.", path, doing,
                          std::generic_category().message(errno)));
}

void sync_folder(const std::string& folder) {
  const storage::Descriptor opened(folder, O_RDONLY | O_DIRECTORY);
  if (!opened.is_open() || (::fsync(opened.id()) != 0 && errno != EINVAL)) fail(folder, "bring it to the disk");
}

void write_whole(const std::string& path, std::string_view bytes) {
  const storage::Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file.is_open()) fail(path, "create it");
  while (!bytes.empty()) {
    const ssize_t done = ::write(file.id(), bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fail(path, "write it");
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  if (::fsync(file.id()) != 0) fail(path, "bring it to the disk");
}

/// What stands in one of the two files.
struct Slot {
  enum class Kind { kNothing, kWhole, kOtherVersion, kDamaged };
  Kind kind = Kind::kNothing;
  std::string version;
  std::string bytes;
  State state;
};

/// Rank 0 reads it; what it says is agreed on by who calls.
std::string read_whole(const std::string& path) {
  std::error_code none;
  const std::uintmax_t size = fs::file_size(path, none);
  if (none || size > kMostBytes) return "";
  std::string bytes(size, '\0');
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file || std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) return "";
  return bytes;
}

Slot slot_of(const std::string& path) {
  Slot slot;
  std::error_code none;
  if (!fs::exists(path, none)) return slot;
  slot.kind = Slot::Kind::kDamaged;
  const std::string all = read_whole(path);
  constexpr std::size_t kChecksum = 32, kLongestHead = 200;
  const std::size_t line = all.substr(0, kLongestHead).find('\n');
  if (line == std::string::npos || !all.starts_with(kMagic) || line < kMagic.size() + 2 + kChecksum) return slot;
  const std::string_view head = std::string_view(all).substr(0, line);
  const std::string_view checksum = head.substr(line - kChecksum);
  slot.bytes = all.substr(line + 1);
  if (checksum != checksum_of(slot.bytes)) return slot;
  slot.version = head.substr(kMagic.size() + 1, line - kChecksum - kMagic.size() - 2);
  slot.kind = Slot::Kind::kOtherVersion;
  if (slot.version != kVersion) return slot;
  try {
    slot.state = state_of(slot.bytes);
    slot.kind = Slot::Kind::kWhole;
  } catch (const std::exception&) {
    slot.kind = Slot::Kind::kDamaged;  // with a checksum that fits: by whoever meant to
  }
  return slot;
}

constexpr const char* kPartial = ".partial-";

/// The files of a checkpoint whose names go on from one of its files' by `ending`.
void remove_files(const Place& place, std::string_view ending) {
  std::error_code none;
  std::vector<fs::path> there;
  for (fs::directory_iterator file(place.folder, none), end; !none && file != end; file.increment(none))
    there.push_back(file->path());
  for (const fs::path& path : there)
    for (const std::string& ours : {place.accounts, place.states[0], place.states[1]})
      if (path.string().starts_with(ours + std::string(ending))) fs::remove(path, none);
}

constexpr const char* kStartAfresh = "remove that folder, or start without --resume, which reads the sources again";

/// The bytes of the newest state; empty: there is none.
std::string newest_bytes(const Place& place, std::string& warning) {
  std::array<Slot, 2> slots{slot_of(place.states[0]), slot_of(place.states[1])};
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (slots[i].kind == Slot::Kind::kOtherVersion)
      throw Error(ExitCode::kBadJob,
                  fmt::format("{}: the checkpoint was written by version {} (format and engine), this is {}: resume it "
                              "with that version, or {}",
                              place.states[i], slots[i].version, kVersion, kStartAfresh));
  const auto is = [&](std::size_t i, Slot::Kind kind) { return slots[i].kind == kind; };
  const std::size_t newest =
      is(1, Slot::Kind::kWhole) && (!is(0, Slot::Kind::kWhole) || slots[1].state.generation > slots[0].state.generation)
          ? 1
          : 0;
  if (is(newest, Slot::Kind::kWhole)) {
    if (is(1 - newest, Slot::Kind::kDamaged))
      warning = fmt::format("{} is damaged: going on from the other generation of the checkpoint, {}",
                            place.states[1 - newest], place.states[newest]);
    return std::move(slots[newest].bytes);
  }
  if (is(0, Slot::Kind::kDamaged) || is(1, Slot::Kind::kDamaged))
    throw Error(ExitCode::kBadData, fmt::format("{}: the checkpoint is damaged, and no generation of it is whole: {}",
                                                place.folder, kStartAfresh));
  return "";
}

}  // namespace

void keep_state(const Context& context, const Place& place, const State& state) {
  parallel::run_together(context.comm, [&] {
    if (!context.comm.is_root()) return;
    const std::string& path = place.states[state.generation % 2];
    const std::string fresh = fmt::format("{}{}{:08x}", path, kPartial, std::random_device()());
    std::error_code reason;
    try {
      write_whole(fresh, written(state));
    } catch (const Error&) {
      fs::remove(fresh, reason);
      throw;
    }
    fs::rename(fresh, path, reason);
    if (reason) {
      errno = reason.value();
      fail(path, "give it its name");
    }
    sync_folder(place.folder);
  });
}

bool is_something_kept(const Place& place) {
  std::error_code none;
  return std::ranges::any_of(place.states, [&](const std::string& path) { return fs::exists(path, none); });
}

void remove_half_written(const Place& place) {
  remove_files(place, kPartial);
}

std::optional<State> newest_state(const Context& context, const Place& place) {
  std::string warning, bytes;
  parallel::run_together(context.comm, [&] {
    if (context.comm.is_root()) bytes = newest_bytes(place, warning);
  });
  warning = context.comm.broadcast_text(std::move(warning));
  bytes = context.comm.broadcast_text(std::move(bytes));
  if (!warning.empty()) context.journal.warn(warning);
  if (bytes.empty()) return std::nullopt;
  return parallel::compute_together(context.comm, [&] { return state_of(bytes); });
}

void remove_all(const Place& place) {
  std::error_code none;
  for (const std::string& path : place.states) fs::remove(path, none);  // first: they need the rest
  remove_files(place, "");                                              // with what killed attempts left half written
  fs::remove(place.folder, none);                                       // unless somebody keeps something else there
}

void remove_all(const Context& context, const Place& place) {
  if (context.comm.is_root()) remove_all(place);
  context.comm.barrier();
}

}  // namespace tessera::checkpoint
