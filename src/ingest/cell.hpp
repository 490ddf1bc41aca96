#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tessera/job.hpp"

namespace tessera::intake {

/// trimmed() of a text that has white space at an end, or is empty.
[[nodiscard]] std::string_view trimmed_ends(std::string_view text) noexcept;
/// Without ASCII white space at both ends. Most cells have none.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) noexcept {
  return !text.empty() && text.front() > ' ' && text.back() > ' ' ? text : trimmed_ends(text);
}

/// Whether a trimmed cell says that there is nothing: "", NA, N/A, #N/A, <NA>, n.a., null, None, NaN,
/// in any case, and "-", "--", "---", dashes, ".", "?", "\\N" and a no-break space.
[[nodiscard]] bool is_missing(std::string_view cell) noexcept;

/// true/false, yes/no, y/n, t/f in any case, and numbers equal to 1 or 0.
[[nodiscard]] std::optional<bool> parse_flag(std::string_view cell) noexcept;

/// A date in days since 1970-01-01 as each order of day and month reads it. They differ only for 3/4/2025 and its like:
/// years in front (ISO; a time of day behind is cut off) and dots (day first) leave no choice.
struct DateReading {
  std::optional<std::int32_t> day_first, month_first;
};
[[nodiscard]] DateReading read_date(std::string_view cell) noexcept;

/// Eight digits that are a date of 1900 to 2099: 20241231. It is a number as well.
[[nodiscard]] bool is_packed_date(std::string_view cell) noexcept;

/// An account id as `key_format` has it, or nothing if the cell is no such id. Upper case is that of ASCII letters.
/// A blank cell gives an empty id.
[[nodiscard]] std::optional<std::string> account_id(std::string_view cell, KeyFormat format);

}  // namespace tessera::intake
