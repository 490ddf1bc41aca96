#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

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

/// The text of a gzip file in a nameless file of the folder for temporary files (TMPDIR), which goes with it: read at
/// any place. Throws Error(kBadData), Error(kCannotWrite) where there is no room.
[[nodiscard]] InputFile unpack(const InputFile& packed);

}  // namespace tessera::intake
