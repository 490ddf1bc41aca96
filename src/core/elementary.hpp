#pragma once

#include <span>

namespace tessera {

/// Elementary functions of our own: libm picks variants by CPU, and a result must not depend on it. Only + − × ÷ and
/// sqrt of IEEE double are used, so every machine gives the same bits. Errors are below 1 ulp (log, log1p, exp) and
/// a relative 1.2e-9 (normal_quantile).
[[nodiscard]] double portable_log(double x) noexcept;    ///< −∞ at 0, NaN below
[[nodiscard]] double portable_log1p(double x) noexcept;  ///< log(1 + x), good near 0
/// sign(x) · log1p(|x|) of each, in place, several at a time; the same bits as one by one.
void portable_symmetric_log1p(std::span<double> values) noexcept;
[[nodiscard]] double portable_exp(double x) noexcept;
[[nodiscard]] double normal_quantile(
    double p) noexcept;  ///< inverse of the standard normal CDF (Acklam 2003), 0 < p < 1

}  // namespace tessera
