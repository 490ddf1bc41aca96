#pragma once

#include <cstdint>

#include "core/statistics.hpp"

/// What two shares have to do with each other: the arms of a trial, one of them the control.
namespace tessera::statistics {

struct Share {
  std::int64_t successes = 0, trials = 0;
  [[nodiscard]] double value() const noexcept;  ///< NaN without trials
};

/// Of `arm` − `control`: Newcombe's interval from the two Wilson intervals (Newcombe 1998, method 10). NaN where either
/// has no trials.
[[nodiscard]] Interval newcombe_interval(Share arm, Share control, double confidence = kConfidence) noexcept;

/// Two-sided p-value of the score test that both are one share, with the pooled standard error; the same as Pearson's
/// χ² without a correction. NaN where either has no trials, or nobody or everybody succeeded.
[[nodiscard]] double score_test_p(Share arm, Share control) noexcept;

/// Whether the normal distribution serves: five or more successes and failures are to be expected in either arm if both
/// are one share (Cochran 1954).
[[nodiscard]] bool is_enough(Share arm, Share control) noexcept;

/// The smallest rise above the control's share `base` that the two-sided score test at 5 % finds with a chance of 80 %
/// (Fleiss, Levin and Paik 2003, section 4.3, without a correction). NaN where even a share of 1 would not be found, or
/// there is no base.
[[nodiscard]] double smallest_uplift(double base, std::int64_t arm_trials, std::int64_t control_trials) noexcept;

}  // namespace tessera::statistics
