#pragma once

#include <limits>

namespace tessera {

/// What stands in a column of numbers where an account has none.
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace tessera
