#include "ingest/arithmetic_value.hpp"

#include <array>
#include <cmath>
#include <cstddef>

#include "core/special_numbers.hpp"

namespace tessera::intake {
namespace {

using Operation = Arithmetic::Operation;

double in_double(Operation operation, double left, double right) noexcept {
  switch (operation) {
    case Operation::kAdd:
      return left + right;
    case Operation::kSubtract:
      return left - right;
    case Operation::kMultiply:
      return left * right;
    default:
      return right == 0.0 ? kNaN : left / right;
  }
}

/// An infinity would come back as 0 where something is divided by it.
double combined(Operation operation, double left, double right) noexcept {
  const double value = in_double(operation, left, right);
  return std::isfinite(value) ? value : kNaN;
}

}  // namespace

double arithmetic_value(const Arithmetic& arithmetic, std::span<const double> columns) noexcept {
  std::array<double, Arithmetic::kMostPending> stack;
  std::size_t n = 0;
  for (const Arithmetic::Step& step : arithmetic.steps) {
    if (step.operation == Operation::kNumber) {
      stack[n++] = step.number;
    } else if (step.operation == Operation::kColumn) {
      stack[n++] = columns[step.column];
    } else if (step.operation == Operation::kNegate) {
      stack[n - 1] = -stack[n - 1];
    } else {
      --n;
      stack[n - 1] = combined(step.operation, stack[n - 1], stack[n]);
    }
  }
  return n == 1 && std::isfinite(stack[0]) ? stack[0] : kNaN;
}

}  // namespace tessera::intake
