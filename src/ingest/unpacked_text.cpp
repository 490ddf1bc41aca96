#include "ingest/unpacked_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18;

std::string temporary_folder() {
  return std::filesystem::temp_directory_path().string();
}

[[noreturn]] void no_room(const std::string& path, int error) {
  throw Error(ExitCode::kCannotWrite,
              fmt::format("cannot unpack {} into {}: {}. Set TMPDIR to a folder with room for the unpacked file", path,
                          temporary_folder(), std::strerror(error)));
}

/// A file that has no name, or none for long.
int open_nameless(const std::string& path) {
  const std::string folder = temporary_folder();
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) return descriptor;
  std::string name = folder + "/tessera-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named < 0) no_room(path, errno);
  ::unlink(name.c_str());
  return named;
}

}  // namespace

UnpackedText::UnpackedText(const InputFile& packed)
    : descriptor_(open_nameless(packed.path())), file_(packed.path(), descriptor_) {}

void UnpackedText::append(std::string_view text) {
  waiting_ += text;
  if (waiting_.size() >= kPiece) write_out();
}

void UnpackedText::cell(std::string_view text) {
  if (std::exchange(row_begun_, true)) waiting_ += kUnpackedDelimiter;
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    waiting_ += text;
    return;
  }
  waiting_ += '"';
  for (const char c : text) waiting_.append(c == '"' ? 2 : 1, c);
  waiting_ += '"';
}

void UnpackedText::end_row() {
  row_begun_ = false;
  append("\n");
}

InputFile UnpackedText::finish() {
  write_out();
  file_.set_bytes(written_);
  return std::move(file_);
}

void UnpackedText::write_out() {
  for (std::string_view left = waiting_; !left.empty();) {
    const ssize_t done = ::write(descriptor_, left.data(), left.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) no_room(file_.path(), done < 0 ? errno : ENOSPC);
    left.remove_prefix(static_cast<std::size_t>(done));
  }
  written_ += waiting_.size();
  waiting_.clear();
}

}  // namespace tessera::intake
