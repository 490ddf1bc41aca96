#include "ingest/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "tessera/errors.hpp"

namespace tessera::intake {

InputFile::InputFile(std::string path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
    const int error = errno;
    if (descriptor_ >= 0) ::close(descriptor_);
    throw Error(ExitCode::kNoInput, fmt::format("cannot read {}: {}", path_, std::strerror(error)));
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw Error(ExitCode::kNoInput, fmt::format("cannot read {}: it is not a regular file", path_));
  }
  bytes_ = static_cast<std::uint64_t>(status.st_size);
  modified_s_ = status.st_mtim.tv_sec;
}

InputFile::~InputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      bytes_(other.bytes_),
      modified_s_(other.modified_s_) {}

void InputFile::read(std::uint64_t offset, std::span<char> out) const {
  while (!out.empty()) {
    const ssize_t n = ::pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      throw Error(ExitCode::kNoInput,
                  fmt::format("cannot read {} at byte {}: {}", path_, offset, std::strerror(errno)));
    if (n == 0)
      throw Error(ExitCode::kNoInput,
                  fmt::format("{} ends at byte {}, but had {} bytes when the run started: it was changed while being "
                              "read. Start again once it is complete",
                              path_, offset, bytes_));
    offset += static_cast<std::uint64_t>(n);
    out = out.subspan(static_cast<std::size_t>(n));
  }
}

std::vector<std::string> expand_glob(const std::string& source, const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) return {path};
  std::vector<std::string> files;
  glob_t matches{};
  if (::glob(path.c_str(), GLOB_NOSORT, nullptr, &matches) == 0) {
    for (std::size_t i = 0; i < matches.gl_pathc; ++i) {
      if (!std::filesystem::is_directory(matches.gl_pathv[i], ignored)) files.emplace_back(matches.gl_pathv[i]);
    }
  }
  ::globfree(&matches);
  if (files.empty())
    throw Error(
        ExitCode::kNoInput,
        fmt::format("source \"{}\": no file at {}. Correct the source's path, or wait for its delivery", source, path));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace tessera::intake
