#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tessera::intake {

/// A file open for reading at any place; reads are safe from several threads. Throws Error(kNoInput).
class InputFile {
 public:
  explicit InputFile(std::string path);
  /// What an open descriptor reads, called by the path in messages; owns the descriptor.
  InputFile(std::string path, int descriptor) noexcept : path_(std::move(path)), descriptor_(descriptor) {}
  ~InputFile();
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::int64_t modified_s() const noexcept { return modified_s_; }

  /// For a file that was written since it was opened.
  void set_bytes(std::uint64_t bytes) noexcept { bytes_ = bytes; }

  /// Fills `out` from `offset` on; a file that ends sooner has been cut while it was read, which is an error.
  void read(std::uint64_t offset, std::span<char> out) const;

 private:
  std::string path_;
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;
  std::int64_t modified_s_ = 0;
};

/// The files that a path means, by name: the file itself if there is one, else what the glob matches. Throws
/// Error(kNoInput) if that is none, naming the source.
[[nodiscard]] std::vector<std::string> expand_glob(const std::string& source, const std::string& path);

}  // namespace tessera::intake
