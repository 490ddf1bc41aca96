#include "storage/reserve.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "storage/descriptor.hpp"
#include "tessera/errors.hpp"

namespace tessera::storage {
namespace {

[[noreturn]] void fail(const std::string& path, std::uint64_t bytes, int reason) {
  throw Error(
      ExitCode::kCannotWrite,
      fmt::format("{}: no room for the next {} MiB ({}). Free space there, or give another [output] path; what was "
                  "published before is untouched.",
                  path, (bytes >> 20) + 1, std::strerror(reason)));
}

std::uint64_t free_bytes(const std::string& path, int file) {
  struct statvfs disk {};
  if (::fstatvfs(file, &disk) != 0) fail(path, 0, errno);
  return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
}

}  // namespace

void reserve_room(const std::string& path, std::uint64_t bytes) {
  const Descriptor file(path, O_WRONLY);
  struct stat now {};
  if (!file.is_open() || ::fstat(file.id(), &now) != 0) fail(path, bytes, errno);
  if (::fallocate(file.id(), FALLOC_FL_KEEP_SIZE, 0, now.st_size + static_cast<off_t>(bytes)) == 0) return;
  if (errno != EOPNOTSUPP) fail(path, bytes, errno);
  if (free_bytes(path, file.id()) < bytes) fail(path, bytes, ENOSPC);
}

void release_room(const std::string& path) {
  struct stat now {};
  if (::stat(path.c_str(), &now) != 0 || ::truncate(path.c_str(), now.st_size) != 0) fail(path, 0, errno);
}

}  // namespace tessera::storage
