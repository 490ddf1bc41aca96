#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tessera/job.hpp"

namespace tessera::intake {

/// Currencies that a number may carry, by the name that reports use.
inline constexpr std::array<std::string_view, 26> kCurrencies{
    "$",   "€",   "£",   "¥",   "₹",   "CHF", "CAD", "AUD", "NZD", "CNY", "SGD", "HKD", "SEK",
    "NOK", "DKK", "kr.", "PLN", "CZK", "HUF", "BRL", "MXN", "ZAR", "TRY", "ILS", "KRW", "RUB"};
inline constexpr int kNoCurrency = -1;

/// A plain decimal number, with a sign or an exponent if need be and a point for the fraction, whatever the locale.
/// Infinities, "1e400" and anything else give nothing; −0 is 0.
[[nodiscard]] std::optional<double> parse_plain_number(std::string_view cell) noexcept;

/// A number as people write it, correctly rounded: groups of three digits parted by spaces, apostrophes or the mark
/// that is not the decimal one ("1,234.5" or "1.234,5"); a currency before or behind ("$ 5", "5 EUR"); k, M, MM, bn and
/// their like; "%" for hundredths; a minus behind or parentheses for what is negative. A trimmed cell; nothing if it is
/// no number with this decimal mark.
[[nodiscard]] std::optional<double> parse_number(std::string_view cell, DecimalMark mark) noexcept;

/// What one cell tells about how its column writes numbers.
struct NumberForm {
  bool with_point = false;  ///< a number where the point marks decimals
  bool with_comma = false;  ///< … where the comma does
  bool differs = false;     ///< both, and not the same: "1,234" or "1.234"
  bool comma_inside = false;
  bool percent = false;
  bool scaled = false;  ///< k, M, bn, …
  int currency = kNoCurrency;
  [[nodiscard]] bool is_number() const noexcept { return with_point || with_comma; }
};
[[nodiscard]] NumberForm number_form(std::string_view cell) noexcept;

}  // namespace tessera::intake
