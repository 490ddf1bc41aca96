#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "tessera/errors.hpp"
#include "tessera/trial_report.hpp"

namespace tessera {
namespace {

/// The arm of a segment that has shown to pay, if there is one.
std::optional<BudgetShare> proven(const SegmentEffect& effect, const Segment& segment) {
  std::optional<BudgetShare> best;
  for (std::size_t a = 1; a < effect.arms.size(); ++a) {
    const ArmEffect& arm = effect.arms[a];
    // Not known is NaN, and no NaN is above 0.
    if (effect.verdicts[a] != Verdict::kWorked || !(arm.roi_low > 0.0) || !(arm.extra_cost > 0.0)) continue;
    if (best && best->roi_low >= arm.roi_low) continue;
    BudgetShare share;
    share.segment = effect.segment;
    share.arm = static_cast<std::int32_t>(a);
    share.contactable = segment.contactable;
    share.cost_an_account = arm.extra_cost / static_cast<double>(arm.accounts);
    share.roi = arm.roi;
    share.roi_low = arm.roi_low;
    share.roi_high = arm.roi_high;
    best = share;
  }
  return best;
}

Level level_to_split(const SegmentationEffect& effect) {
  const bool has_cores = std::ranges::find(effect.segments, Level::kCore, &Segment::level) != effect.segments.end();
  return has_cores ? Level::kCore : Level::kMacro;
}

}  // namespace

BudgetSplit split_budget(const TrialReport& report, const SegmentationEffect& effect, double budget) {
  if (!(budget > 0.0) || !std::isfinite(budget))
    throw Error(ExitCode::kUsage, fmt::format("the budget is an amount above 0, not {}", budget));
  BudgetSplit split;
  split.segmentation = effect.name;
  split.level = level_to_split(effect);
  split.budget = budget;
  split.left = budget;
  if (!report.has_revenue || !report.has_cost) return split;
  for (std::size_t s = 0; s < effect.segments.size(); ++s) {
    if (effect.segments[s].level != split.level) continue;
    if (const auto share = proven(effect.by_segment[s], effect.segments[s]))
      split.shares.push_back(*share);
    else
      ++split.segments_unproven;
  }
  std::ranges::stable_sort(split.shares, std::ranges::greater{}, &BudgetShare::roi_low);
  for (BudgetShare& share : split.shares) {
    const double affordable = std::floor(split.left / share.cost_an_account);
    share.accounts = static_cast<std::int64_t>(std::min(affordable, static_cast<double>(share.contactable)));
    share.amount = static_cast<double>(share.accounts) * share.cost_an_account;
    split.left -= share.amount;
  }
  return split;
}

}  // namespace tessera
