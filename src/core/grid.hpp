#pragma once

#include <algorithm>
#include <cstdint>

namespace tessera {

/// The grid that encoded features lie on: multiples of 2^-20, below 8 in magnitude. In units of the grid a feature is
/// an integer of at most 24 bits with its sign, so float holds it exactly and int64 sums of 2^28 weighted accounts
/// cannot overflow.
inline constexpr int kGridBits = 20;
inline constexpr double kGridStep = 1.0 / (1 << kGridBits);
inline constexpr std::int32_t kGridLimit = (1 << 23) - 1;  ///< largest magnitude in grid units

/// Nearest grid integer of a value (ties to even), held within ±kGridLimit. `value` is finite.
[[nodiscard]] inline std::int32_t to_grid(double value) noexcept {
  constexpr double kLimit = kGridLimit;
  // A double of this size has no bits below one, so adding it rounds to an integer as IEEE rounds: to nearest, ties to
  // even.
  constexpr double kRounder = 6755399441055744.0;  // 1.5 · 2^52
  const double units = std::clamp(value * (1 << kGridBits), -kLimit, kLimit);
  return static_cast<std::int32_t>((units + kRounder) - kRounder);
}
/// The value of a grid integer; exact.
[[nodiscard]] inline float from_grid(std::int32_t units) noexcept {
  return static_cast<float>(units) * static_cast<float>(kGridStep);
}
/// Grid integer of a value that lies on the grid; exact.
[[nodiscard]] inline std::int32_t grid_units(float on_grid) noexcept {
  return static_cast<std::int32_t>(on_grid * static_cast<float>(1 << kGridBits));
}

}  // namespace tessera
