#include "ingest/file_start.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ingest/gzip_reader.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

void check_magic(const InputFile& file, std::string_view start) {
  if (start.starts_with("\x1F\x8B")) refuse_file(file, "the file is compressed twice by gzip: unpack it once");
  if (start.starts_with("PK\x03\x04"))
    refuse_file(file, "the file is a zip archive or workbook: save it as CSV in UTF-8");
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
    refuse_file(file, "the file is in UTF-16: save it as CSV in UTF-8");
}

}  // namespace

FileStart read_start(const InputFile& file) {
  FileStart start;
  const bool packed = is_gzip(file);
  start.text.resize(packed ? kLongestHeader : std::min<std::uint64_t>(file.bytes(), kLongestHeader));
  if (packed) {
    start.text.resize(GzipReader(file).read(start.text));
  } else {
    file.read(0, start.text);
  }
  start.whole = packed ? start.text.size() < kLongestHeader : start.text.size() == file.bytes();
  check_magic(file, start.text);
  start.mark = start.text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  return start;
}

void refuse_file(const InputFile& file, std::string_view what) {
  throw Error(ExitCode::kBadData, fmt::format("{}:1: {}", file.path(), what));
}

}  // namespace tessera::intake
