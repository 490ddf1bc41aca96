#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tessera/job.hpp"

namespace tessera::intake {

/// Without ASCII white space at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// Whether a trimmed cell says that there is nothing: "", NA, N/A, null, None, NaN, "-", ".", "?", in any case.
[[nodiscard]] bool is_missing(std::string_view cell) noexcept;

/// A plain decimal, with an exponent or a sign if need be, whatever the locale; thousands by commas where they cannot
/// be anything else ("1,234.5", "1,234,567"). Infinities, "1e400" and anything else give nothing; −0 is 0.
[[nodiscard]] std::optional<double> parse_number(std::string_view cell) noexcept;

/// true/false, yes/no, y/n, t/f in any case, and numbers equal to 1 or 0.
[[nodiscard]] std::optional<bool> parse_flag(std::string_view cell) noexcept;

/// A date in days since 1970-01-01 as each order of day and month reads it. They differ only for 3/4/2025 and its like:
/// years in front (ISO; a time of day behind is cut off) and dots (day first) leave no choice.
struct DateReading {
  std::optional<std::int32_t> day_first, month_first;
};
[[nodiscard]] DateReading read_date(std::string_view cell) noexcept;

/// An account id as `key_format` has it, or nothing if the cell is no such id. Upper case is that of ASCII letters.
/// A blank cell gives an empty id.
[[nodiscard]] std::optional<std::string> account_id(std::string_view cell, KeyFormat format);

}  // namespace tessera::intake
