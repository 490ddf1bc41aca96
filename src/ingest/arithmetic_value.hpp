#pragma once

#include <span>

#include "tessera/job.hpp"

namespace tessera::intake {

/// The value of an arithmetic on one row: in double, step by step in the written order. `columns` are the values of
/// Arithmetic::columns, NaN where missing. NaN where any operand is missing, where something is divided by zero, and
/// where the value leaves double.
[[nodiscard]] double arithmetic_value(const Arithmetic& arithmetic, std::span<const double> columns) noexcept;

}  // namespace tessera::intake
