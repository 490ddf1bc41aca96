#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ingest/input_file.hpp"

namespace tessera::intake {

/// The header line ends within so many bytes.
inline constexpr std::size_t kLongestHeader = std::size_t{1} << 20;

/// The start of a file's text, at most kLongestHeader bytes; of a gzip file what it holds.
struct FileStart {
  std::string text;
  std::size_t mark = 0;  ///< bytes of the byte order mark
  bool whole = false;    ///< there is no more
  [[nodiscard]] std::string_view bytes() const noexcept { return std::string_view(text).substr(mark); }
};

/// Throws Error(kBadData) for what is better named than quarantined row by row: UTF-16, a workbook, gzip within gzip.
[[nodiscard]] FileStart read_start(const InputFile& file);

/// Throws Error(kBadData): "FILE:1: what".
[[noreturn]] void refuse_file(const InputFile& file, std::string_view what);

}  // namespace tessera::intake
