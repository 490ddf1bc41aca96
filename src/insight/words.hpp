#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Numbers as people read them. Every function gives the same text on every machine.
namespace tessera::words {

/// "12,345"
[[nodiscard]] std::string count_in_words(std::uint64_t count);

/// Three significant digits, thousands as k, M, B, T: "1.20 M", "340", "0.25", "-34.5 k". Whole numbers below
/// 10,000 stay whole ("9,876"). "–" for NaN.
[[nodiscard]] std::string number_in_words(double value);

/// A bound of a range, all the digits that it has been given and no more, up to six: "1.2 M", "50", "0.25", "1,250".
[[nodiscard]] std::string bound_in_words(double value);

/// A share of 1 in per cent: "34 %", "4.2 %", "<0.1 %". "–" for NaN.
[[nodiscard]] std::string share_in_words(double share);

/// "812 B", "1.5 GiB"
[[nodiscard]] std::string bytes_in_words(std::uint64_t bytes);

/// Code points of UTF-8 text: what a reader counts as letters, near enough.
[[nodiscard]] std::size_t letters(std::string_view text) noexcept;

/// The text, cut to `most` code points with "…" as the last where it is longer.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t most);

}  // namespace tessera::words
