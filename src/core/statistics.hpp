#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/distributions.hpp"

/// Intervals, and p-values of many tests at once. Checked against scipy and statsmodels (tests/unit/core).
namespace tessera::statistics {

inline constexpr double kConfidence = 0.95;

/// NaN at both ends: too little was measured for one.
struct Interval {
  double low, high;
};

/// Of a share, from `successes` of `trials`: Wilson's score interval (Wilson 1927), which stays in [0, 1] and holds for
/// few trials and rare successes too. NaN without trials.
[[nodiscard]] Interval wilson_interval(std::int64_t successes, std::int64_t trials,
                                       double confidence = kConfidence) noexcept;

/// Of a mean of `count` values whose squared deviations from it add up to `squares`: Student's t. NaN below two values.
[[nodiscard]] Interval mean_interval(double mean, double squares, std::int64_t count,
                                     double confidence = kConfidence) noexcept;

/// Of any estimate with a standard error, normal where `degrees` is infinite, else Student's t.
[[nodiscard]] Interval interval_around(double estimate, double standard_error, double degrees,
                                       double confidence = kConfidence) noexcept;

/// Benjamini and Hochberg (1995): each p-value adjusted for the number of tests, so that among those below q no more
/// than the share q is expected to be chance. In the order given; a NaN stays one and is no test.
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p_values);

}  // namespace tessera::statistics
