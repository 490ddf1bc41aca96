#include "insight/lookalike/cholesky.hpp"

#include <cmath>

#include "tessera/errors.hpp"

namespace tessera::insight {

std::vector<double> solve_positive(std::vector<double> a, std::span<const double> right) {
  const std::size_t n = right.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = a[packed(i, j)];
      for (std::size_t k = 0; k < j; ++k) rest -= a[packed(i, k)] * a[packed(j, k)];
      if (i == j && !(rest > 0.0))
        throw Error(ExitCode::kInternal, "a matrix that has to be positive definite is not: please report it");
      a[packed(i, j)] = i == j ? std::sqrt(rest) : rest / a[packed(j, j)];
    }
  std::vector<double> x(right.begin(), right.end());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) x[i] -= a[packed(i, k)] * x[k];
    x[i] /= a[packed(i, i)];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) x[i] -= a[packed(k, i)] * x[k];
    x[i] /= a[packed(i, i)];
  }
  return x;
}

}  // namespace tessera::insight
