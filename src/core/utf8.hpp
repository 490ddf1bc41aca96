#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tessera {

/// Whether all bytes are ASCII, and none NUL: the common case, eight bytes at a time.
[[nodiscard]] bool is_plain(std::string_view bytes) noexcept;

/// Whether the bytes are UTF-8 as the Unicode standard (table 3-7) has it: no overlong forms, surrogates or code points
/// past U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

/// The beginning of a text from outside as people may see it: at most `limit` bytes, whole characters, and U+FFFD in
/// place of NUL and of each byte that is no UTF-8.
[[nodiscard]] std::string shown(std::string_view bytes, std::size_t limit = 200);

}  // namespace tessera
