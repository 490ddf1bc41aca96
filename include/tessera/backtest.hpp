#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/insight.hpp"

namespace tessera {

/// How much of an outcome's variance among accounts lies between the segments of one level.
struct ExplainedVariance {
  Level level = Level::kCore;
  std::int64_t segments = 0;  ///< that have accounts with the outcome
  double explained = 0.0;     ///< η²: between segments over all; NaN where the outcome does not vary
  double beyond_chance = 0.0;  ///< ε² (Kelley 1935): η² less what as many random segments would explain; 0 at the least
  double p = 0.0;              ///< of the F test that all segments have one mean; NaN: too few accounts
};

/// One thing that accounts did after their segments were found.
struct BacktestOutcome {
  std::string name;        ///< "value", or a KPI of the later night
  bool is_change = false;  ///< later less earlier; else as of the later night
  std::int64_t accounts = 0;
  double mean = 0.0, sd = 0.0;            ///< without segments: what there is to explain. NaN without accounts
  std::vector<ExplainedVariance> levels;  ///< macro, core, micro, as far as there are any
};

struct SegmentationBacktest {
  std::string name;
  std::vector<BacktestOutcome> outcomes;
};

/// Segments of one night against what their accounts did until a later one.
struct Backtest {
  std::string earlier_night, later_night;
  std::int64_t accounts = 0;                        ///< in both files
  std::int64_t gone = 0;                            ///< in the earlier file alone: nobody knows what they did
  std::int64_t joined = 0;                          ///< in the later file alone: they had no segment
  std::vector<SegmentationBacktest> segmentations;  ///< of the earlier night
  std::vector<std::string> notes;                   ///< what could not be tested, and why
};

/// Joins two results files by account id. Outcomes are [value] column and the KPIs of the later night, account by
/// account as that file keeps them: as they were then, and of amounts and scores what they changed by, too. An account
/// that has no segment at a level counts with its segment of the level above. Not collective, no MPI. Throws
/// Error(kNoInput, kBadData) as read_summary(); Error(kBadData) where no account is in both files.
[[nodiscard]] Backtest backtest(const std::string& earlier_path, const std::string& later_path);

}  // namespace tessera
