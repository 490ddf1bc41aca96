#include "ingest/folded_text.hpp"

#include <cstddef>
#include <cstdint>

namespace tessera::intake {
namespace {

/// The code point at the front; takes its bytes away. The text has been checked to be UTF-8.
char32_t take_code_point(std::string_view& utf8) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(utf8[i]); };
  const std::uint8_t first = byte(0);
  std::size_t length = 1;
  if (first >= 0xC0) length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (length > utf8.size()) length = 1;
  char32_t code = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6U | (byte(i) & 0x3FU);
  utf8.remove_prefix(length);
  return code;
}

constexpr bool is_within(char32_t c, char32_t low, char32_t high) noexcept {
  return c >= low && c <= high;
}

/// Latin Extended-A has pairs, the capital first: at even places, but for two stretches.
char32_t lower_extended(char32_t c) noexcept {
  if (c == 0x130) return U'i';
  if (c == 0x178) return 0xFF;
  const bool odd = is_within(c, 0x139, 0x148) || is_within(c, 0x179, 0x17E);
  const bool paired = odd || is_within(c, 0x100, 0x137) || is_within(c, 0x14A, 0x177);
  return paired && (c % 2 == 1) == odd ? c + 1 : c;
}

char32_t lower(char32_t c) noexcept {
  if (is_within(c, U'A', U'Z')) return c + 32;
  if (c < 0xC0) return c;
  if (is_within(c, 0xC0, 0xDE)) return c == 0xD7 ? c : c + 32;
  if (is_within(c, 0x100, 0x17F)) return lower_extended(c);
  if (is_within(c, 0x391, 0x3A9)) return c + 32;  // Greek
  if (is_within(c, 0x410, 0x42F)) return c + 32;  // Cyrillic
  if (is_within(c, 0x400, 0x40F)) return c + 80;
  return c;
}

constexpr bool is_space(char32_t c) noexcept {
  return c == U' ' || is_within(c, U'\t', U'\r') || c == 0xA0 || is_within(c, 0x2000, 0x200A) || c == 0x202F ||
         c == 0x3000;
}

/// From U+00DF and from U+0100 on; "?": no Latin letter with an accent.
constexpr std::string_view kLatin1 = "saaaaaaaceeeeiiiidnooooo?ouuuuyty";
constexpr std::string_view kExtendedA =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkk?llllllllllnnnnnn???oooooo??rrrrrrsssssssstttttt"
    "uuuuuuuuuuuuwwyyyzzzzzz?";
static_assert(kLatin1.size() == 0x100 - 0xDF && kExtendedA.size() == 0x80);

}  // namespace

std::u32string folded(std::string_view utf8) {
  std::u32string text;
  bool after_space = false;
  while (!utf8.empty()) {
    const char32_t c = take_code_point(utf8);
    if (is_space(c)) {
      after_space = !text.empty();
      continue;
    }
    if (after_space) text += U' ';
    after_space = false;
    text += lower(c);
  }
  return text;
}

char32_t without_accent(char32_t letter) noexcept {
  char base = '?';
  if (is_within(letter, 0xDF, 0xFF)) base = kLatin1[letter - 0xDF];
  if (is_within(letter, 0x100, 0x17F)) base = kExtendedA[letter - 0x100];
  return base == '?' ? letter : static_cast<char32_t>(base);
}

}  // namespace tessera::intake
