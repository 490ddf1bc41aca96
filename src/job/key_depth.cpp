#include "job/key_depth.hpp"

#include <algorithm>
#include <cstddef>

namespace tessera::job {

namespace {

/// Position behind the string that starts at `begin` (a quote of either kind, single or tripled), or behind its line if
/// a single one is not closed: the parser will say so.
std::size_t behind_string(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  const bool tripled = text.substr(begin, 3) == std::string_view(quote == '"' ? "\"\"\"" : "'''");
  std::size_t at = begin + (tripled ? 3 : 1);
  while (at < text.size()) {
    if (text[at] == '\\' && quote == '"') {
      at += 2;
    } else if (text[at] != quote) {
      if (text[at] == '\n' && !tripled) return at;
      ++at;
    } else if (!tripled) {
      return at + 1;
    } else {
      const std::size_t end = std::min(text.find_first_not_of(quote, at), text.size());
      // Up to two quotes may stand directly before the three that close.
      if (end - at >= 3) return std::min(end, at + 5);
      at = end;
    }
  }
  return text.size();
}

}  // namespace

std::optional<Place> deepest_key_place(std::string_view text) {
  constexpr std::string_view kEndsKey = "=,[]{}\n";
  int parts = 1;
  int line = 1;
  std::size_t line_begin = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const std::size_t end = behind_string(text, at);
      line += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                          text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      at = end;
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '.' && ++parts > kMostKeyParts)
      return Place{.line = line, .column = static_cast<int>(at - line_begin) + 1};
    if (kEndsKey.find(c) != std::string_view::npos) parts = 1;
    ++at;
    if (c == '\n') {
      ++line;
      line_begin = at;
    }
  }
  return std::nullopt;
}

}  // namespace tessera::job
