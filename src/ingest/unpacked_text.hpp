#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/input_file.hpp"

namespace tessera::intake {

/// What parts the fields of text that we write ourselves.
inline constexpr char kUnpackedDelimiter = ',';

/// Text on its way into a nameless file of the folder for temporary files (TMPDIR), which goes with it. Members throw
/// Error(kCannotWrite) where there is no room.
class UnpackedText {
 public:
  /// What is read back is called by the path of `packed`, in messages and in quarantine.
  explicit UnpackedText(const InputFile& packed);

  /// Text as it is.
  void append(std::string_view text);
  /// One more cell of a row, in quotes where it needs them. Empty: missing.
  void cell(std::string_view text);
  void end_row();

  /// All of it, to be read at any place. The last call.
  [[nodiscard]] InputFile finish();

 private:
  void write_out();

  int descriptor_;
  InputFile file_;
  std::string waiting_;
  std::uint64_t written_ = 0;
  bool row_begun_ = false;
};

}  // namespace tessera::intake
