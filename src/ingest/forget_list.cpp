#include "ingest/forget_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/utf8.hpp"
#include "ingest/cell.hpp"
#include "ingest/input_file.hpp"
#include "ingest/row_split.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::size_t kMostFields = 10'000;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw Error(ExitCode::kBadData, fmt::format("--forget {}: {}", path, what));
}

std::string text_of(const std::string& path) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
  const InputFile file(path);
  if (file.bytes() > kMostBytes) refuse(path, "is larger than 1 GiB; expected a list of account ids");
  std::string text(file.bytes(), '\0');
  file.read(0, text);
  if (text.starts_with(kMark)) text.erase(0, kMark.size());
  if (!is_utf8(text) || text.find('\0') != std::string::npos)
    refuse(path, "is not text in UTF-8: save the list as CSV in UTF-8");
  return text;
}

/// Takes the rows off a text, one after the other.
class Rows {
 public:
  Rows(std::string& text, char delimiter) : text_(text), delimiter_(delimiter) {}

  bool next() {
    if (begin_ == text_.size()) return false;
    row_.fields.clear();
    split_row(std::string_view(text_).substr(begin_), delimiter_, true, kMostFields, row_);
    at_ = begin_;
    begin_ += row_.length;
    ++line_;
    return true;
  }
  [[nodiscard]] std::size_t n_fields() const noexcept { return row_.fields.size(); }
  [[nodiscard]] std::size_t line() const noexcept { return line_; }
  [[nodiscard]] std::string_view field(std::size_t f) { return field_text(text_.data() + at_, row_.fields[f], arena_); }

 private:
  std::string& text_;
  char delimiter_;
  SplitRow row_;
  TextArena arena_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t line_ = 0;
};

struct Layout {
  char delimiter = ',';
  std::optional<std::size_t> key;  ///< column that a header names
};

Layout layout_of(const std::string& text, std::span<const std::string> keys) {
  for (const char delimiter : {',', ';', '\t', '|'}) {
    std::string line = text.substr(0, text.find('\n'));
    Rows rows(line, delimiter);
    if (!rows.next()) break;
    for (std::size_t f = 0; f < rows.n_fields(); ++f) {
      if (std::find(keys.begin(), keys.end(), trimmed(rows.field(f))) != keys.end()) return {delimiter, f};
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> read_forget_list(const std::string& path, std::span<const std::string> keys) {
  std::string text = text_of(path);
  const Layout layout = layout_of(text, keys);
  Rows rows(text, layout.delimiter);
  if (layout.key) rows.next();
  std::vector<std::string> ids;
  while (rows.next()) {
    if (!layout.key && rows.n_fields() > 1)
      refuse(path,
             fmt::format("row {} has several fields, and the first line names none of: {}. Give one id a line, or "
                         "a header that names the key",
                         rows.line(), fmt::join(keys, ", ")));
    const std::size_t column = layout.key.value_or(0);
    if (column >= rows.n_fields())
      refuse(path, fmt::format("row {} has no field in the column {}", rows.line(), column + 1));
    const std::string_view id = rows.field(column);
    if (!trimmed(id).empty()) ids.emplace_back(id);
  }
  if (ids.empty()) refuse(path, "has no account id in it: give a list of ids, or leave --forget out");
  return ids;
}

}  // namespace tessera::intake
