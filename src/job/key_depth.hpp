#pragma once

#include <optional>
#include <string_view>

#include "job/document.hpp"

namespace tessera::job {

/// The parser bounds how deep values nest, but not the parts of a dotted key (a.b.c…), each of which is a table within
/// the last: a hostile key would end in a stack overflow when the tables are destroyed.
inline constexpr int kMostKeyParts = 32;

/// The place of the first key with more than kMostKeyParts parts; nullopt if there is none.
[[nodiscard]] std::optional<Place> deepest_key_place(std::string_view text);

/// The place of the first character past ASCII outside quotes and comments; nullopt if there is none. TOML has no use
/// for one there, and toml++ 3.3 sorts some of them (U+0487) by a switch that it promises its compiler never to fall
/// out of.
[[nodiscard]] std::optional<Place> bare_letter_place(std::string_view text);

}  // namespace tessera::job
