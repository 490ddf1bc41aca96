#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/insight.hpp"

namespace tessera {

/// What became of one arm in one segment, and against the control. Shares and amounts are by the arm that accounts were
/// assigned to, whatever they were sent (intention to treat). NaN: not known.
struct ArmEffect {
  std::int64_t assigned = 0;  ///< accounts of the segment in the arm
  std::int64_t accounts = 0;  ///< of them, those whose response the campaign tells
  std::int64_t responses = 0;
  double rate = 0.0, rate_low = 0.0, rate_high = 0.0;        ///< of responses, with Wilson's 95 % interval
  double uplift = 0.0, uplift_low = 0.0, uplift_high = 0.0;  ///< against the control, with Newcombe's 95 % interval
  double p = 0.0;                                ///< of the score test that the arm and the control respond alike
  double adjusted_p = 0.0;                       ///< by Benjamini and Hochberg over all segments and arms of the level
  double revenue = 0.0, cost = 0.0;              ///< of these accounts
  double extra_revenue = 0.0, extra_cost = 0.0;  ///< beyond what as many accounts of the control bring and take
  double roi = 0.0, roi_low = 0.0, roi_high = 0.0;  ///< (extra revenue − extra cost) / extra cost; Fieller's 95 %
};

/// What can be said of an arm in a segment.
enum class Verdict { kControl, kWorked, kHarmed, kNoDifference, kTooFew };

struct SegmentEffect {
  std::int32_t segment = -1;  ///< row of the segments table; −1: the whole population
  std::vector<ArmEffect> arms;
  std::vector<Verdict> verdicts;  ///< by arm
};

/// A campaign against the segments of one segmentation.
struct SegmentationEffect {
  std::string name;
  std::vector<Segment> segments;  ///< as the results have them; only id, level, name, parent and contactable
  SegmentEffect whole;
  std::vector<SegmentEffect> by_segment;  ///< by row
};

/// What `tessera trial` finds.
struct TrialReport {
  std::string campaign, night;
  std::vector<std::string> arms;  ///< the control first
  double expected = 0.0;          ///< response rate stated beforehand; NaN: none
  bool has_revenue = false, has_cost = false, has_actual_arm = false, has_sent = false;
  std::uint64_t rows = 0;              ///< of the campaign's file
  std::uint64_t unknown_rows = 0;      ///< of accounts that the results do not know
  std::uint64_t unassigned = 0;        ///< accounts that are in the file but in no arm
  std::uint64_t accounts = 0;          ///< in an arm and in the file
  std::uint64_t without_response = 0;  ///< of them, those of whom the file does not say whether they responded
  /// Accounts by arm as assigned and as the campaign tells it; the last column: another arm, or several.
  std::vector<std::vector<std::int64_t>> assigned_and_actual;
  std::int64_t control_sent = 0;  ///< accounts of the control that were sent something all the same
  std::int64_t not_sent = 0;      ///< accounts of the other arms that were sent nothing
  std::vector<SegmentationEffect> segmentations;
  std::vector<std::string> warnings;
};

/// Joins a campaign's rows with the arms that a night assigned, by account id, and compares the arms. Several rows of
/// an account are added up: it responded if any says so. Not collective, no MPI. Throws Error(kNoInput) where a file
/// is missing, Error(kBadData) for results without [trial] or a campaign that cannot be read, with line and column.
[[nodiscard]] TrialReport analyse_trial(const std::string& results_path, const std::string& campaign_path);

/// What one segment gets of a budget, and what that should bring.
struct BudgetShare {
  std::int32_t segment = -1;                        ///< row of the segments table
  std::int32_t arm = 0;                             ///< index into the report's arms
  std::int64_t contactable = 0;                     ///< accounts of the segment that may be contacted
  double cost_an_account = 0.0;                     ///< of the arm in the trial, beyond the control's
  std::int64_t accounts = 0;                        ///< that the amount pays for
  double amount = 0.0;                              ///< accounts · cost_an_account
  double roi = 0.0, roi_low = 0.0, roi_high = 0.0;  ///< of the arm in this segment; amount · (1 + roi) comes back
};

/// A budget over the segments of one level, the best proven return first.
struct BudgetSplit {
  std::string segmentation;
  Level level = Level::kCore;
  double budget = 0.0;
  std::vector<BudgetShare> shares;     ///< by the lower end of the return, the highest first
  double left = 0.0;                   ///< no trial supports spending it
  std::int32_t segments_unproven = 0;  ///< segments of the level without an arm whose return is above 0 for sure
};

/// Splits `budget` over the core segments (macro where there are none). Only those get a part in which an arm worked
/// and the 95 % interval of its return lies above 0: the arm with the highest lower end, for as many accounts as may be
/// contacted. That is the best split as long as an account more costs and brings what one of the trial did (Dantzig
/// 1957). Throws Error(kUsage) unless the budget is a positive number.
[[nodiscard]] BudgetSplit split_budget(const TrialReport& report, const SegmentationEffect& effect, double budget);

}  // namespace tessera
