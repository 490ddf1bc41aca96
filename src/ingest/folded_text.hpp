#pragma once

#include <string>
#include <string_view>

namespace tessera::intake {

/// The code points of UTF-8 as people compare them: Latin, Greek and Cyrillic letters in lower case, each run of white
/// space one space, none at the ends. Our own tables, so that the same everywhere, whatever the locale.
[[nodiscard]] std::u32string folded(std::string_view utf8);

/// A folded Latin letter without its accent, "ß" as "s"; any other code point as it is.
[[nodiscard]] char32_t without_accent(char32_t letter) noexcept;

[[nodiscard]] constexpr bool is_digit(char32_t c) noexcept {
  return c >= U'0' && c <= U'9';
}
/// Letters and digits: what words are made of. All past ASCII but Latin-1's and the general punctuation.
[[nodiscard]] constexpr bool is_word_part(char32_t c) noexcept {
  if (c < 0x80) return is_digit(c) || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
  return c >= 0xC0 && !(c >= 0x2000 && c <= 0x206F);
}

}  // namespace tessera::intake
