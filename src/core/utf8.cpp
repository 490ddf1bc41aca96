#include "core/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace tessera {
namespace {

/// Bytes of the well-formed character at the front of a non-empty text; 0: there is none.
std::size_t character_length(std::string_view bytes) noexcept {
  const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : (lead & 0xF0U) == 0xE0      ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  // The second byte's range shuts out overlong forms, surrogates and what lies past U+10FFFF.
  const unsigned char second = byte(1);
  const bool refused = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                       (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
  return refused ? 0 : length;
}

}  // namespace

bool is_plain(std::string_view bytes) noexcept {
  // Taking 1 from each byte of 1 to 127 neither borrows nor sets a high bit; from 0 it does.
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::uint64_t seen = 0;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, 8);
    seen |= word | (word - kOnes);
  }
  for (; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    seen |= byte | static_cast<unsigned char>(byte - 1U);
  }
  return (seen & (kOnes << 7U)) == 0;
}

bool is_utf8(std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string shown(std::string_view bytes, std::size_t limit) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = bytes.front() == '\0' ? 0 : character_length(bytes);
    const std::string_view character = length == 0 ? std::string_view("\xEF\xBF\xBD") : bytes.substr(0, length);
    if (text.size() + character.size() > limit) break;
    text += character;
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

}  // namespace tessera
