#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tessera::test {

struct ReferenceRow {
  std::size_t line = 0;
  std::vector<std::string> cells;
  bool trailing = false;  ///< text behind a closing quote
};

/// A plain CSV reader, one byte after the other: what the block reader must agree with. Blank lines are left out.
inline std::vector<ReferenceRow> reference_rows(std::string_view text, char delimiter, std::size_t first_line) {
  std::vector<ReferenceRow> rows;
  std::size_t line = first_line;
  std::size_t i = 0;
  while (i < text.size()) {
    ReferenceRow row{line, {}, false};
    const std::size_t begin = i;
    bool row_ends = false;
    while (!row_ends) {
      std::string cell;
      bool quoted = i < text.size() && text[i] == '"';
      if (quoted) {
        for (++i; i < text.size(); ++i) {
          if (text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            ++i;
          } else if (text[i] == '"') {
            break;
          }
          if (text[i] == '\n') ++line;
          cell += text[i];
        }
        if (i < text.size()) ++i;
      }
      std::string rest;
      while (i < text.size() && text[i] != delimiter && text[i] != '\n') rest += text[i++];
      row_ends = i == text.size() || text[i] == '\n';
      if (row_ends && !rest.empty() && rest.back() == '\r') rest.pop_back();
      if (quoted && !rest.empty()) row.trailing = true;
      row.cells.push_back(quoted ? cell : rest);
      if (!row_ends) ++i;
    }
    const std::string_view bytes = text.substr(begin, i - begin);
    if (i < text.size()) ++line;
    ++i;
    if (!bytes.empty() && bytes != "\r") rows.push_back(row);
  }
  return rows;
}

}  // namespace tessera::test
