#include "trial/arm_comparison.hpp"

#include <cmath>

#include "core/elementary.hpp"
#include "core/special_numbers.hpp"
#include "core/two_proportions.hpp"

namespace tessera::trial {

namespace {

using statistics::Share;

constexpr double kSignificant = 0.05;

Share share_of(const ArmSums& sums) noexcept {
  return {sums.responses, sums.accounts};
}

/// Means of revenue and cost, and what their errors are made of.
struct Amounts {
  double n = 0.0, revenue = 0.0, cost = 0.0;
  double revenue_error = 0.0, cost_error = 0.0, both_error = 0.0;  ///< variances and covariance of the means
};

Amounts amounts_of(const ArmSums& sums) {
  Amounts a;
  a.n = static_cast<double>(sums.accounts);
  a.revenue = sums.revenue.value() / a.n;
  a.cost = sums.cost.value() / a.n;
  const double divisor = a.n * (a.n - 1.0);
  a.revenue_error = std::fmax(0.0, sums.revenue_squared.value() - a.n * a.revenue * a.revenue) / divisor;
  a.cost_error = std::fmax(0.0, sums.cost_squared.value() - a.n * a.cost * a.cost) / divisor;
  a.both_error = (sums.revenue_cost.value() - a.n * a.revenue * a.cost) / divisor;
  return a;
}

/// Return on what the arm costs beyond the control, with Fieller's interval of a ratio of two means (Fieller 1954):
/// none where the extra cost itself may be zero.
void put_return(const Amounts& arm, const Amounts& control, ArmEffect& effect) {
  const double revenue = arm.revenue - control.revenue, cost = arm.cost - control.cost;
  if (!(cost > 0.0)) return;
  effect.roi = revenue / cost - 1.0;
  const double z = normal_quantile(0.5 + 0.5 * statistics::kConfidence);
  const double zz = z * z;
  const double a = cost * cost - zz * (arm.cost_error + control.cost_error);
  const double b = revenue * cost - zz * (arm.both_error + control.both_error);
  const double c = revenue * revenue - zz * (arm.revenue_error + control.revenue_error);
  const double root = b * b - a * c;
  if (!(a > 0.0) || !(root >= 0.0)) return;
  effect.roi_low = (b - std::sqrt(root)) / a - 1.0;
  effect.roi_high = (b + std::sqrt(root)) / a - 1.0;
}

ArmEffect effect_of(const ArmSums& arm, const ArmSums& control, bool is_control, bool has_revenue, bool has_cost) {
  ArmEffect effect;
  effect.assigned = arm.assigned;
  effect.accounts = arm.accounts;
  effect.responses = arm.responses;
  effect.rate = share_of(arm).value();
  const statistics::Interval rate = statistics::wilson_interval(arm.responses, arm.accounts);
  effect.rate_low = rate.low;
  effect.rate_high = rate.high;
  effect.revenue = has_revenue ? arm.revenue.value() : kNaN;
  effect.cost = has_cost ? arm.cost.value() : kNaN;
  for (double* unknown : {&effect.uplift, &effect.uplift_low, &effect.uplift_high, &effect.p, &effect.adjusted_p,
                          &effect.extra_revenue, &effect.extra_cost, &effect.roi, &effect.roi_low, &effect.roi_high})
    *unknown = kNaN;
  if (is_control || arm.accounts == 0 || control.accounts == 0) return effect;
  effect.uplift = effect.rate - share_of(control).value();
  const statistics::Interval uplift = statistics::newcombe_interval(share_of(arm), share_of(control));
  effect.uplift_low = uplift.low;
  effect.uplift_high = uplift.high;
  if (statistics::is_enough(share_of(arm), share_of(control)))
    effect.p = statistics::score_test_p(share_of(arm), share_of(control));
  const Amounts mine = amounts_of(arm), theirs = amounts_of(control);
  if (has_revenue) effect.extra_revenue = (mine.revenue - theirs.revenue) * mine.n;
  if (has_cost) effect.extra_cost = (mine.cost - theirs.cost) * mine.n;
  if (has_revenue && has_cost) put_return(mine, theirs, effect);
  return effect;
}

}  // namespace

void ArmSums::add(bool responded, double revenue_of_account, double cost_of_account) {
  ++accounts;
  responses += responded ? 1 : 0;
  revenue.add(revenue_of_account);
  cost.add(cost_of_account);
  revenue_squared.add_product(revenue_of_account, revenue_of_account);
  cost_squared.add_product(cost_of_account, cost_of_account);
  revenue_cost.add_product(revenue_of_account, cost_of_account);
}

SegmentEffect compare_arms(std::int32_t segment, const std::vector<ArmSums>& arms, bool has_revenue, bool has_cost) {
  SegmentEffect effect;
  effect.segment = segment;
  for (std::size_t arm = 0; arm < arms.size(); ++arm)
    effect.arms.push_back(effect_of(arms[arm], arms[0], arm == 0, has_revenue, has_cost));
  return effect;
}

void judge(std::vector<SegmentEffect*>& level) {
  std::vector<double> p_values;
  for (const SegmentEffect* segment : level)
    for (const ArmEffect& arm : segment->arms) p_values.push_back(arm.p);
  const std::vector<double> adjusted = statistics::benjamini_hochberg(p_values);
  std::size_t at = 0;
  for (SegmentEffect* segment : level) {
    segment->verdicts.clear();
    for (std::size_t a = 0; a < segment->arms.size(); ++a) {
      ArmEffect& arm = segment->arms[a];
      arm.adjusted_p = adjusted[at++];
      Verdict verdict = Verdict::kNoDifference;
      if (a == 0) {
        verdict = Verdict::kControl;
      } else if (std::isnan(arm.p)) {
        verdict = Verdict::kTooFew;
      } else if (arm.adjusted_p < kSignificant) {
        verdict = arm.uplift > 0.0 ? Verdict::kWorked : Verdict::kHarmed;
      }
      segment->verdicts.push_back(verdict);
    }
  }
}

}  // namespace tessera::trial
