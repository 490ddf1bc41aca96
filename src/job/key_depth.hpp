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

}  // namespace tessera::job
