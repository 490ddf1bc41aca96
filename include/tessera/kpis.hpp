#pragma once

#include <cstdint>
#include <string>

namespace tessera {

enum class Level { kMacro, kCore, kMicro };

/// One KPI of one segment, with its 95 % interval:
///   rate   Wilson's (of a number that is not 0 or 1 everywhere: as a mean)
///   mean   Student's t
///   ratio  Student's t on the linearised ratio (the delta method): Σa / Σb has the variance of the mean of a − R·b
///   over
///          the mean of b
///   nps    Student's t on the mean of +100, 0 and −100, kept within ±100
struct KpiValue {
  std::int32_t segment = 0;
  std::string kpi;
  std::int64_t count = 0;        ///< accounts behind the estimate
  double estimate = 0.0;         ///< NaN where count is 0
  double low = 0.0, high = 0.0;  ///< NaN below two accounts, but for a rate
  double known = 0.0;            ///< count over the segment's accounts: of an NPS the response rate; NaN: no accounts
  bool too_few = false;          ///< to tell anything from; see says_too_little()
};

/// How much of what differs between accounts lies between the segments of one level: one-way analysis of variance over
/// the accounts that have the KPI and a segment there. A ratio is linearised about that of all of them.
struct KpiVariance {
  Level level = Level::kCore;
  std::string kpi;
  std::int64_t segments = 0;  ///< with any such account
  std::int64_t accounts = 0;
  double eta_squared = 0.0;  ///< Σ between / Σ total; NaN below two segments, or where nothing differs
  double f = 0.0;            ///< NaN too where there are no more accounts than segments
  double p_value = 0.0;      ///< P(F ≥ f) with segments − 1 and accounts − segments degrees of freedom
  double q_value = 0.0;  ///< adjusted for the tests of all KPIs and levels of the segmentation (Benjamini–Hochberg)
};

}  // namespace tessera
