#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tessera::intake {

/// Where a CSV parser stands between two bytes. A quote opens only where a field starts; elsewhere it is text.
enum class QuoteState : std::uint8_t { kRowStart, kFieldStart, kInField, kInQuotes, kAfterQuote };

inline constexpr std::size_t kQuoteStates = 5;
inline constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

/// What a run of bytes does to the parser, whatever state it meets it in. Passages of neighbouring runs compose, so
/// ranks and blocks find theirs independently and learn their true start by a scan.
struct Passage {
  std::array<QuoteState, kQuoteStates> next{};       ///< end state, by start state
  std::array<std::uint64_t, kQuoteStates> opened{};  ///< offset in the file of the last quote that opened, or kNowhere
  std::uint64_t lines = 0;                           ///< line feeds of the current file so far
  bool restarts = false;                             ///< a file starts within: what came before no longer matters
};

[[nodiscard]] Passage no_passage() noexcept;
/// The start of a file's body, after a header of so many lines.
[[nodiscard]] Passage file_start(std::uint64_t header_lines) noexcept;
[[nodiscard]] Passage compose(const Passage& before, const Passage& after) noexcept;

/// The parser's next state: one byte.
[[nodiscard]] QuoteState step(QuoteState state, char byte, char delimiter) noexcept;

/// The passage of `bytes`, which lie at `offset` of their file.
[[nodiscard]] Passage scan_passage(std::string_view bytes, std::uint64_t offset, char delimiter) noexcept;

/// Where the first row starts in bytes met in `state`; nothing if none does. A row that would start right behind the
/// last byte counts as a start.
[[nodiscard]] std::optional<std::size_t> first_row_start(QuoteState state, std::string_view bytes,
                                                         char delimiter) noexcept;

}  // namespace tessera::intake
