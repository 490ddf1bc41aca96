#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ingest/quote_state.hpp"

namespace tessera::intake {

/// How a row looked from afar.
enum class RowLook : std::uint8_t {
  kPlain,     ///< as many fields as columns, all of it ASCII without NUL
  kNotAscii,  ///< as many fields as columns; has NUL or bytes past ASCII
  kOdd        ///< other numbers of fields, or text behind a closing quote: split_row() shall judge it
};

/// A row whose fields are known: field c ends where ends[first + c] says, and begins behind ends[first + c − 1].
struct ScannedRow {
  std::uint32_t first = 0;
  std::uint32_t line = 0;  ///< line feeds of the scanned text before the row
  RowLook look = RowLook::kPlain;
};

/// Where a scan puts what it finds. Spans are the caller's; one place of `ends` is in use already: the byte before the
/// first row (which may be −1).
struct ScanRoom {
  std::span<std::uint32_t> ends;
  std::span<ScannedRow> rows;
};

struct ScanResult {
  std::size_t n_ends = 0;  ///< of `ends` in use
  std::size_t n_rows = 0;
  std::size_t lines = 0;     ///< line feeds of these rows
  std::size_t next_row = 0;  ///< begin of the first row not taken
};

/// Every scan reads whole words: so many bytes behind the text must be readable.
inline constexpr std::size_t kScanPadding = 64;

/// Finds rows and fields from bit masks of quotes, delimiters and line feeds, 64 bytes at a time. `text` from `begin`
/// on starts with a row; offsets are those in `text`. Takes the rows that begin before `row_limit`, until there is no
/// room for 64 more; stops before a row that does not end in `text`, and before one with a quote where none may open
/// (outside of quotes they are text, which the masks cannot tell). The delimiter is neither space, quote nor line feed.
/// Quoted fields as bit masks: Langdale and Lemire, "Parsing gigabytes of JSON per second", VLDB Journal 28 (2019).
[[nodiscard]] ScanResult scan_structure(std::string_view text, std::size_t begin, std::size_t row_limit, char delimiter,
                                        std::size_t n_columns, ScanRoom room);

/// What a run of bytes makes of a parser that meets it in one state.
struct QuoteWalk {
  QuoteState state = QuoteState::kRowStart;
  std::size_t opened = std::string_view::npos;  ///< the last quote that opened a field
  std::size_t done = 0;                         ///< bytes walked: all, or up to a word with a quote where none may open
};

/// Walks whole words of 64 bytes, as many as the text has, as long as the masks tell all.
[[nodiscard]] QuoteWalk walk_quotes(QuoteState state, std::string_view text, char delimiter);

}  // namespace tessera::intake
