#include "core/two_proportions.hpp"

#include <algorithm>
#include <cmath>

#include "core/distributions.hpp"
#include "core/elementary.hpp"
#include "core/special_numbers.hpp"

namespace tessera::statistics {

namespace {

constexpr double kPower = 0.8;

double pooled(Share arm, Share control) noexcept {
  return static_cast<double>(arm.successes + control.successes) / static_cast<double>(arm.trials + control.trials);
}

double variance(double share) noexcept {
  return share * (1.0 - share);
}

}  // namespace

double Share::value() const noexcept {
  return trials == 0 ? kNaN : static_cast<double>(successes) / static_cast<double>(trials);
}

Interval newcombe_interval(Share arm, Share control, double confidence) noexcept {
  const Interval of_arm = wilson_interval(arm.successes, arm.trials, confidence);
  const Interval of_control = wilson_interval(control.successes, control.trials, confidence);
  const double a = arm.value(), c = control.value();
  const auto distance = [](double x, double y) { return std::sqrt(x * x + y * y); };
  return {a - c - distance(a - of_arm.low, of_control.high - c), a - c + distance(of_arm.high - a, c - of_control.low)};
}

double score_test_p(Share arm, Share control) noexcept {
  if (arm.trials == 0 || control.trials == 0) return kNaN;
  const double error = std::sqrt(variance(pooled(arm, control)) *
                                 (1.0 / static_cast<double>(arm.trials) + 1.0 / static_cast<double>(control.trials)));
  return error > 0.0 ? normal_two_sided_p((arm.value() - control.value()) / error) : kNaN;
}

bool is_enough(Share arm, Share control) noexcept {
  constexpr double kFewest = 5.0;
  if (arm.trials == 0 || control.trials == 0) return false;
  const double share = pooled(arm, control);
  return static_cast<double>(std::min(arm.trials, control.trials)) * std::min(share, 1.0 - share) >= kFewest;
}

double smallest_uplift(double base, std::int64_t arm_trials, std::int64_t control_trials) noexcept {
  if (!(base >= 0.0 && base < 1.0) || arm_trials == 0 || control_trials == 0) return kNaN;
  const double n_arm = static_cast<double>(arm_trials), n_control = static_cast<double>(control_trials);
  const double z_test = normal_quantile(0.5 + 0.5 * kConfidence), z_power = normal_quantile(kPower);
  const auto is_found = [&](double uplift) {
    const double share = base + uplift;
    const double both = (n_arm * share + n_control * base) / (n_arm + n_control);
    return uplift >= z_test * std::sqrt(variance(both) * (1.0 / n_arm + 1.0 / n_control)) +
                         z_power * std::sqrt(variance(share) / n_arm + variance(base) / n_control);
  };
  double too_small = 0.0, found = 1.0 - base;
  if (!is_found(found)) return kNaN;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = 0.5 * (too_small + found);
    (is_found(middle) ? found : too_small) = middle;
  }
  return found;
}

}  // namespace tessera::statistics
