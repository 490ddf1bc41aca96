#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tessera {

/// "2026-01-31" as days since 1970-01-01; nothing for any other text. Years from 1 to 9999.
[[nodiscard]] std::optional<std::int32_t> parse_iso_date(std::string_view text) noexcept;

/// The same back.
[[nodiscard]] std::string iso_date(std::int32_t days_since_1970);

}  // namespace tessera
