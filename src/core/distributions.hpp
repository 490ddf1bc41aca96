#pragma once

/// Distributions that tests and intervals need, in the arithmetic of core/elementary.hpp: the same bits on every
/// machine. Relative errors are below 1e-9 for up to 10^9 degrees of freedom. NaN goes in where nothing was measured,
/// and comes out.
namespace tessera::statistics {

[[nodiscard]] double log_gamma(double x) noexcept;  ///< ln Γ(x), x > 0 (Stirling's series)

/// I_x(a, b), the regularised incomplete beta function, a and b > 0. `complement` is 1 − x: who has it without
/// cancellation keeps small tails exact. By the continued fraction DLMF 8.17.22 (modified Lentz).
[[nodiscard]] double incomplete_beta(double a, double b, double x, double complement) noexcept;

/// Q(a, x), the regularised upper incomplete gamma function, a > 0, x ≥ 0. By the series DLMF 8.11.4 below a + 1 and
/// the continued fraction DLMF 8.9.2 above (modified Lentz).
[[nodiscard]] double upper_gamma(double a, double x) noexcept;

[[nodiscard]] double normal_cdf(double x) noexcept;
[[nodiscard]] double normal_two_sided_p(double z) noexcept;  ///< P(|Z| ≥ |z|)

[[nodiscard]] double t_two_sided_p(double t, double degrees) noexcept;  ///< P(|T| ≥ |t|)
/// The p-quantile of Student's t, 0 < p < 1: Newton's steps on the tail, from the normal quantile outwards.
[[nodiscard]] double t_quantile(double p, double degrees) noexcept;

[[nodiscard]] double f_upper_tail(double f, double degrees_above, double degrees_below) noexcept;  ///< P(F ≥ f)
[[nodiscard]] double chi_squared_upper_tail(double x, double degrees) noexcept;                    ///< P(χ² ≥ x)

}  // namespace tessera::statistics
