#include "ingest/fixed_width.hpp"

#include <algorithm>
#include <string_view>

#include "ingest/cell.hpp"
#include "ingest/file_start.hpp"
#include "ingest/gzip_reader.hpp"
#include "ingest/limits.hpp"

namespace tessera::intake {
namespace {

/// Hands on the lines of a text that comes in pieces, without their line feed. Of a line beyond the longest row no more
/// is kept than it takes to refuse it.
template <class TakeLine>
class LineCutter {
 public:
  explicit LineCutter(TakeLine take_line) : take_line_(take_line) {}

  void add(std::string_view piece) {
    for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
      if (begun_.empty()) {
        take_line_(piece.substr(0, end));
      } else {
        keep(piece.substr(0, end));
        take_line_(std::string_view(begun_));
        begun_.clear();
      }
      piece.remove_prefix(end + 1);
    }
    keep(piece);
  }
  void finish() {
    if (!begun_.empty()) take_line_(std::string_view(begun_));
  }

 private:
  static constexpr std::size_t kMost = kLongestRow + 1;
  void keep(std::string_view part) { begun_ += part.substr(0, kMost - begun_.size()); }

  TakeLine take_line_;
  std::string begun_;
};

bool continues_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The byte behind `count` characters from byte `at`; npos if the line has fewer.
std::size_t behind(std::string_view line, std::size_t at, std::int64_t count) noexcept {
  for (; count > 0; --count) {
    if (at == line.size()) return std::string_view::npos;
    ++at;
    while (at < line.size() && continues_character(line[at])) ++at;
  }
  return at;
}

void write_line(std::string_view line, const std::vector<std::int64_t>& widths, std::vector<std::size_t>& ends,
                UnpackedText& text) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  ends.clear();
  for (std::size_t at = 0; const std::int64_t width : widths) {
    at = behind(line, at, width);
    if (at == std::string_view::npos) break;
    ends.push_back(at);
  }
  if (ends.size() < widths.size()) {
    if (!line.empty()) text.cell(line);
  } else {
    for (std::size_t at = 0; const std::size_t end : ends) {
      text.cell(trimmed(line.substr(at, end - at)));
      at = end;
    }
    if (ends.back() < line.size()) text.cell(line.substr(ends.back()));
  }
  text.end_row();
}

}  // namespace

CsvHeader FixedWidthText::header(const InputFile& file) const {
  static_cast<void>(read_start(file));  // refuses what is no text
  CsvHeader header;
  header.columns = names_;
  header.delimiter = kUnpackedDelimiter;
  return header;
}

void FixedWidthText::unpack(const InputFile& file, UnpackedText& text) const {
  std::size_t mark = read_start(file).mark;
  std::vector<std::size_t> ends;
  LineCutter lines([&](std::string_view line) { write_line(line, widths_, ends, text); });
  for_each_piece(file, [&](std::string_view piece) {
    const std::size_t skipped = std::min(mark, piece.size());
    mark -= skipped;
    lines.add(piece.substr(skipped));
  });
  lines.finish();
}

}  // namespace tessera::intake
