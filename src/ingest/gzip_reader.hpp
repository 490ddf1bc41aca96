#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "ingest/input_file.hpp"

namespace tessera::intake {

/// Whether the file's first bytes are those of gzip, whatever its name.
[[nodiscard]] bool is_gzip(const InputFile& file);

/// Inflates a gzip file from its start; members one behind the other, as pigz and `cat` leave them, are one text.
class GzipReader {
 public:
  /// The file must outlive the reader.
  explicit GzipReader(const InputFile& file);
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  /// Fills `out` with the next bytes of the text; fewer are the last. Throws Error(kBadData) for a file that is cut
  /// short or damaged.
  [[nodiscard]] std::size_t read(std::span<char> out);

 private:
  struct Stream;
  void refill();

  const InputFile& file_;
  std::unique_ptr<Stream> stream_;
  std::uint64_t next_ = 0;  ///< byte of the file to read next
  bool between_members_ = true;
};

/// Hands on the text of a file, in gzip or not, a piece at a time. Throws as GzipReader and InputFile.
void for_each_piece(const InputFile& file, const std::function<void(std::string_view)>& take);

}  // namespace tessera::intake
