#include "storage/publish.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "parallel/agreement.hpp"
#include "storage/descriptor.hpp"
#include "tessera/errors.hpp"

namespace tessera::storage {
namespace {

namespace fs = std::filesystem;
using parallel::run_together;

[[noreturn]] void fail(const std::string& path, const std::string& doing, const std::error_code& reason) {
  throw Error(ExitCode::kCannotWrite,
              fmt::format("{}: cannot {} ({}). Give an [output] path that can be written; what was published before is "
                          "untouched.",
                          path, doing, reason.message()));
}

std::error_code last_error() {
  return {errno, std::generic_category()};
}

fs::path directory_of(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

void sync_to_disk(const std::string& path, int flags) {
  const Descriptor file(path, flags);
  // Some network file systems know no fsync of a directory and say EINVAL; there the rename itself is durable.
  if (!file.is_open() || (::fsync(file.id()) != 0 && errno != EINVAL)) fail(path, "bring it to the disk", last_error());
}

}  // namespace

Staging::Staging(const parallel::Communicator& comm, std::string final_path, const std::string& run_id)
    : comm_(comm), final_path_(std::move(final_path)), path_(final_path_ + ".partial-" + run_id) {
  run_together(comm_, [&] {
    if (!comm_.is_root()) return;
    std::error_code reason;
    fs::create_directories(directory_of(final_path_), reason);
    if (reason) fail(directory_of(final_path_).string(), "make the directory", reason);
    if (fs::is_directory(final_path_, reason))
      fail(final_path_, "write a file there", std::make_error_code(std::errc::is_a_directory));
    if (!Descriptor(path_, O_WRONLY | O_CREAT | O_EXCL).is_open()) fail(path_, "create it", last_error());
  });
  run_together(comm_, [&] {
    if (Descriptor(path_, O_RDWR).is_open()) return;
    const std::error_code reason = last_error();
    fail(path_, fmt::format("open it on rank {}; all ranks need the same file system", comm_.rank()), reason);
  });
}

Staging::~Staging() {
  if (published_ || !comm_.is_root()) return;
  std::error_code ignored;
  fs::remove(path_, ignored);
}

void Staging::sync() const {
  // Each node has its own cache of a shared file system, so each rank syncs.
  run_together(comm_, [&] { sync_to_disk(path_, O_RDWR); });
}

void Staging::publish() {
  run_together(comm_, [&] {
    if (!comm_.is_root()) return;
    std::error_code reason;
    fs::rename(path_, final_path_, reason);
    if (reason) fail(final_path_, "give the finished file its name", reason);
    published_ = true;
    sync_to_disk(directory_of(final_path_).string(), O_RDONLY | O_DIRECTORY);
  });
}

std::optional<std::string> link_to_newest(const parallel::Communicator& comm, const std::string& published_path,
                                          const std::string& link_name, const std::string& run_id) {
  std::string trouble;
  if (comm.is_root()) {
    const fs::path link = directory_of(published_path) / link_name;
    const fs::path fresh = link.string() + ".partial-" + run_id;
    std::error_code reason;
    if (fs::exists(fs::symlink_status(link, reason)) && !fs::is_symlink(link, reason)) {
      trouble = fmt::format("{} is a file of its own, so it was not made a link to the newest results", link.string());
    } else {
      reason.clear();
      fs::create_symlink(fs::path(published_path).filename(), fresh, reason);
      if (!reason) fs::rename(fresh, link, reason);
      if (reason) {
        trouble = fmt::format("{} could not be linked to the newest results: {}", link.string(), reason.message());
        fs::remove(fresh, reason);
      }
    }
  }
  trouble = comm.broadcast_text(std::move(trouble));
  if (trouble.empty()) return std::nullopt;
  return trouble;
}

}  // namespace tessera::storage
