#pragma once

#include <string>
#include <string_view>

#include "tessera/privacy.hpp"

namespace tessera::privacy {

/// BLAKE2b of the id with the key (RFC 7693), 16 bytes, as 32 hexadecimal digits. Thread-safe.
[[nodiscard]] std::string pseudonym(const PseudonymKey& key, std::string_view id);

}  // namespace tessera::privacy
