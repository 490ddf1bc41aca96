#include "storage/durable_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "storage/descriptor.hpp"
#include "tessera/errors.hpp"

namespace tessera::storage {
namespace {

namespace fs = std::filesystem;

void sync(const Descriptor& file, const std::string& path) {
  // Some network file systems know no fsync of a directory and say EINVAL; there the rename itself is durable.
  if (!file.is_open() || (::fsync(file.id()) != 0 && errno != EINVAL))
    cannot_write(path, "bring it to the disk", last_error());
}

}  // namespace

void cannot_write(const std::string& path, const std::string& doing, const std::error_code& reason) {
  throw Error(ExitCode::kCannotWrite,
              fmt::format("{}: cannot {} ({}). Give an [output] path that can be written; what was published before is "
                          "untouched.",
                          path, doing, reason.message()));
}

std::error_code last_error() {
  return {errno, std::generic_category()};
}

std::string folder_of(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

void make_folder_of(const std::string& path) {
  std::error_code reason;
  fs::create_directories(folder_of(path), reason);
  if (reason) cannot_write(folder_of(path), "make the directory", reason);
}

void sync_file(const std::string& path) {
  sync(Descriptor(path, O_RDWR), path);
}

void sync_folder_of(const std::string& path) {
  sync(Descriptor(folder_of(path), O_RDONLY | O_DIRECTORY), folder_of(path));
}

void write_synced(const std::string& path, std::string_view text) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file.is_open()) cannot_write(path, "create it", last_error());
  while (!text.empty()) {
    const ssize_t n = ::write(file.id(), text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) cannot_write(path, "write it", last_error());
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  sync(file, path);
}

void rename_synced(const std::string& from, const std::string& to) {
  struct stat before {
  }, after{};
  const bool is_known = ::stat(from.c_str(), &before) == 0;
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    const std::error_code reason = last_error();
    const bool is_done = reason == std::errc::no_such_file_or_directory && is_known &&
                         ::stat(to.c_str(), &after) == 0 && after.st_ino == before.st_ino &&
                         after.st_dev == before.st_dev;
    if (!is_done) cannot_write(to, "give the finished file its name", reason);
  }
  sync_folder_of(to);
}

}  // namespace tessera::storage
