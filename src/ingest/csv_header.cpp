#include "ingest/csv_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "ingest/cell.hpp"
#include "ingest/gzip_reader.hpp"
#include "ingest/quote_state.hpp"
#include "ingest/row_split.hpp"
#include "ingest/utf8.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

constexpr std::size_t kLongestHeader = std::size_t{1} << 20;

[[noreturn]] void refuse(const InputFile& file, std::string_view what) {
  throw Error(ExitCode::kBadData, fmt::format("{}:1: {}", file.path(), what));
}

/// Files that are no UTF-8 text at all are better named than quarantined row by row.
void check_magic(const InputFile& file, std::string_view start) {
  if (start.starts_with("\x1F\x8B")) refuse(file, "the file is compressed twice by gzip: unpack it once");
  if (start.starts_with("PK\x03\x04")) refuse(file, "the file is a zip archive or workbook: save it as CSV in UTF-8");
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
    refuse(file, "the file is in UTF-16: save it as CSV in UTF-8");
}

/// Counts each candidate outside quotes on the first line, where any candidate may come before an opening quote.
char sniff_delimiter(std::string_view text) {
  constexpr std::string_view kCandidates = ",;\t|";
  std::array<std::size_t, kCandidates.size()> counts{};
  bool quoted = false;
  bool field_starts = true;
  for (const char c : text) {
    if (c == '"' && (quoted || field_starts)) quoted = !quoted;
    if (!quoted && c == '\n') break;
    const std::size_t candidate = quoted ? std::string_view::npos : kCandidates.find(c);
    if (candidate != std::string_view::npos) ++counts[candidate];
    field_starts = candidate != std::string_view::npos;
  }
  return kCandidates[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

std::vector<std::string> column_names(const InputFile& file, char* text, const SplitRow& row) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const FieldPlace& field : row.fields) {
    if (field.trailing) refuse(file, "the header has text between a closing quote and the next delimiter");
    std::string name(trimmed(field_text(text, field)));
    if (name.empty()) name = fmt::format("column_{}", names.size() + 1);
    if (!seen.insert(name).second)
      refuse(file, fmt::format("the header names column \"{}\" twice: give each column its own name", name));
    names.push_back(std::move(name));
  }
  return names;
}

/// The start of a file's text, what a gzip file holds included.
struct FileStart {
  std::string text;
  std::size_t mark = 0;  ///< bytes of the byte order mark
  bool packed = false;
  bool whole = false;  ///< there is no more
  [[nodiscard]] std::string_view bytes() const noexcept { return std::string_view(text).substr(mark); }
};

FileStart read_start(const InputFile& file) {
  FileStart start;
  start.packed = is_gzip(file);
  start.text.resize(start.packed ? kLongestHeader : std::min<std::uint64_t>(file.bytes(), kLongestHeader));
  if (start.packed) {
    start.text.resize(GzipReader(file).read(start.text));
  } else {
    file.read(0, start.text);
  }
  start.whole = start.packed ? start.text.size() < kLongestHeader : start.text.size() == file.bytes();
  check_magic(file, start.text);
  start.mark = start.text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  return start;
}

/// Names that the job gives must fit the first row, which must not be one of names.
void check_first_row(const InputFile& file, FileStart& start, char delimiter, const std::vector<std::string>& names) {
  SplitRow row;
  split_row(start.bytes(), delimiter, start.whole, kLongestHeader, row);
  if (!row.complete || row.text_length == 0) return;
  if (row.fields.size() != names.size())
    refuse(file, fmt::format("the source's header names {} columns, but the first row has {}: correct header or "
                             "delimiter in the job",
                             names.size(), row.fields.size()));
  char* const bytes = start.text.data() + start.mark;
  const bool names_itself = std::equal(
      names.begin(), names.end(), row.fields.begin(),
      [bytes](const std::string& name, const FieldPlace& field) { return trimmed(field_text(bytes, field)) == name; });
  if (names_itself) refuse(file, "the first line names the columns itself: remove header from the source");
}

}  // namespace

CsvHeader read_csv_header(const InputFile& file, char delimiter, const std::vector<std::string>& names) {
  FileStart start = read_start(file);
  const std::string_view bytes = start.bytes();
  CsvHeader header;
  header.packed = start.packed;
  header.delimiter = delimiter != 0 ? delimiter : sniff_delimiter(bytes);
  header.body = start.mark;
  if (!names.empty()) {
    check_first_row(file, start, header.delimiter, names);
    header.columns = names;
    return header;
  }
  if (trimmed(bytes).empty()) refuse(file, "the file is empty: its first line must name the columns");
  SplitRow row;
  split_row(bytes, header.delimiter, start.whole, kLongestHeader, row);
  const std::string_view line = bytes.substr(0, row.length);
  if (!row.complete) refuse(file, "the header line does not end within 1 MiB: a quote may never be closed");
  if (scan_passage(line, 0, header.delimiter).next[0] == QuoteState::kInQuotes)
    refuse(file, "a quote in the header is never closed");
  if (trimmed(line).empty()) refuse(file, "the first line is blank: it must name the columns");
  if (!is_utf8(line) || line.find('\0') != std::string_view::npos)
    refuse(file, "the header is not text in UTF-8: save the file as CSV in UTF-8");
  header.body = start.mark + row.length;
  header.lines = row.lines;
  header.columns = column_names(file, start.text.data() + start.mark, row);
  return header;
}

}  // namespace tessera::intake
