#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tessera::insight {

/// Where entry (a, b) of a symmetric matrix stands in its packed lower triangle, b ≤ a.
[[nodiscard]] constexpr std::size_t packed(std::size_t a, std::size_t b) noexcept {
  return a * (a + 1) / 2 + b;
}

/// Solves A·x = right for a symmetric positive definite A in packed form, by Cholesky's factors. Entries are walked in
/// a fixed order. Throws Error(kInternal) if A is not positive definite.
[[nodiscard]] std::vector<double> solve_positive(std::vector<double> a, std::span<const double> right);

}  // namespace tessera::insight
