#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ingest/text_arena.hpp"

namespace tessera::intake {

/// Where a field lies in its row, without its quotes.
struct FieldPlace {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool quoted = false;
  bool escaped = false;   ///< has "" pairs
  bool trailing = false;  ///< has text between its closing quote and the delimiter
};

/// A row cut into fields, as RFC 4180 has it; nothing is changed or judged yet.
struct SplitRow {
  std::vector<FieldPlace> fields;  ///< no more than the caller's limit
  std::size_t length = 0;          ///< bytes, the line's end included
  std::size_t text_length = 0;     ///< bytes without it
  std::uint32_t lines = 0;         ///< line feeds
  bool complete = false;           ///< false: the bytes end within the row
};

/// Splits the row at the front of `bytes`. The delimiter ' ' stands for any number of spaces. `ends_file`: nothing
/// comes after them, so that a row may end without a line feed.
void split_row(std::string_view bytes, char delimiter, bool ends_file, std::size_t max_fields, SplitRow& row);

/// The text of a field: where it is, or in `arena` if "" pairs had to become one quote.
[[nodiscard]] std::string_view field_text(const char* row, const FieldPlace& field, TextArena& arena);
/// What stands between the quotes of a cell, "" pairs made one.
[[nodiscard]] std::string_view without_pairs(std::string_view quoted, TextArena& arena);

}  // namespace tessera::intake
