#include "ingest/csv_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/utf8.hpp"
#include "ingest/cell.hpp"
#include "ingest/file_start.hpp"
#include "ingest/quote_state.hpp"
#include "ingest/row_split.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

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

std::vector<std::string> column_names(const InputFile& file, const char* text, const SplitRow& row) {
  TextArena arena;
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const FieldPlace& field : row.fields) {
    if (field.trailing) refuse_file(file, "the header has text between a closing quote and the next delimiter");
    std::string name(trimmed(field_text(text, field, arena)));
    if (name.empty()) name = fmt::format("column_{}", names.size() + 1);
    if (!seen.insert(name).second)
      refuse_file(file, fmt::format("the header names column \"{}\" twice: give each column its own name", name));
    names.push_back(std::move(name));
  }
  return names;
}

/// Names that the job gives must fit the first row, which must not be one of names.
void check_first_row(const InputFile& file, FileStart& start, char delimiter, const std::vector<std::string>& names) {
  SplitRow row;
  split_row(start.bytes(), delimiter, start.whole, kLongestHeader, row);
  if (!row.complete || row.text_length == 0) return;
  if (row.fields.size() != names.size())
    refuse_file(file, fmt::format("the source's header names {} columns, but the first row has {}: correct header or "
                                  "delimiter in the job",
                                  names.size(), row.fields.size()));
  TextArena arena;
  const char* const bytes = start.text.data() + start.mark;
  const bool names_itself =
      std::equal(names.begin(), names.end(), row.fields.begin(), [&](const std::string& name, const FieldPlace& field) {
        return trimmed(field_text(bytes, field, arena)) == name;
      });
  if (names_itself) refuse_file(file, "the first line names the columns itself: remove header from the source");
}

}  // namespace

CsvHeader read_csv_header(const InputFile& file, char delimiter, const std::vector<std::string>& names) {
  FileStart start = read_start(file);
  const std::string_view bytes = start.bytes();
  CsvHeader header;
  header.delimiter = delimiter != 0 ? delimiter : sniff_delimiter(bytes);
  header.body = start.mark;
  if (!names.empty()) {
    check_first_row(file, start, header.delimiter, names);
    header.columns = names;
    return header;
  }
  if (trimmed(bytes).empty()) refuse_file(file, "the file is empty: its first line must name the columns");
  SplitRow row;
  split_row(bytes, header.delimiter, start.whole, kLongestHeader, row);
  const std::string_view line = bytes.substr(0, row.length);
  if (!row.complete) refuse_file(file, "the header line does not end within 1 MiB: a quote may never be closed");
  if (scan_passage(line, 0, header.delimiter).next[0] == QuoteState::kInQuotes)
    refuse_file(file, "a quote in the header is never closed");
  if (trimmed(line).empty()) refuse_file(file, "the first line is blank: it must name the columns");
  if (!is_utf8(line) || line.find('\0') != std::string_view::npos)
    refuse_file(file, "the header is not text in UTF-8: save the file as CSV in UTF-8");
  header.body = start.mark + row.length;
  header.lines = row.lines;
  header.columns = column_names(file, start.text.data() + start.mark, row);
  return header;
}

}  // namespace tessera::intake
