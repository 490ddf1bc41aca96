#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera {

enum class Level { kMacro, kCore, kMicro };

/// A row of the segments table. Rows are ordered: macro segments, core segments, micro segments (by core).
struct Segment {
  std::string id;            ///< "S-0042"; never reused
  std::int32_t parent = -1;  ///< row; −1: none. A micro segment's parent is its core segment
  Level level = Level::kCore;
  std::string name;  ///< unique within its segmentation
  std::string rule;  ///< macro segments: the criterion; empty where none is known
  std::int64_t accounts = 0, customers = 0, prospects = 0;
  std::int64_t contactable = 0;  ///< accounts that [value].suppress does not name
  double value = 0.0;            ///< sum of [value].column; 0 without one
};

/// Which segment each account of the table belongs to, by row of the segments table; −1: none at that level, or outside
/// the segmentation's population.
struct SegmentAssignment {
  std::vector<std::int32_t> macro, core, micro;  ///< n_local each; micro is empty if there is no refinement
};

/// Numbers of one (segment, column). `count` is of non-missing accounts; statistics are NaN where it is 0.
struct NumberProfile {
  std::int32_t segment = 0;
  std::string column;  ///< source.column
  std::int64_t count = 0;
  double mean = 0.0, median = 0.0, sd = 0.0;
  double lift = 0.0;    ///< mean over the mean of the whole population; NaN where that is 0 or of another sign
  double effect = 0.0;  ///< (mean − whole mean) / whole sd: Glass's delta
};

/// One (segment, column, category): share among the segment's accounts, and lift over the whole.
struct CategoryProfile {
  std::int32_t segment = 0;
  std::string column;
  std::string category;  ///< "(unknown)" for missing
  std::int64_t count = 0;
  double share = 0.0;
  double lift = 0.0;
};

struct KpiValue {
  std::int32_t segment = 0;
  std::string kpi;
  std::int64_t count = 0;  ///< accounts behind the estimate
  double estimate = 0.0;   ///< NaN where count is 0
};

struct Insight {
  std::vector<Segment> segments;
  std::vector<NumberProfile> numbers;
  std::vector<CategoryProfile> categories;
  std::vector<KpiValue> kpis;
};

/// A segment before it has a name: what the stages upstream know of it.
struct SegmentSeed {
  Level level = Level::kCore;
  std::int32_t parent = -1;
  std::string name;  ///< macro segments have theirs already; empty: insight finds one
  std::string rule;
};

/// Profiles, values, KPIs and names of all segments of one segmentation. Collective; the result is the same on every
/// rank. `seeds` are the rows of the segments table, `assignment` refers to them, `rows` is the population (local
/// rows).
[[nodiscard]] Insight describe(const Context& context, const AccountTable& accounts, const Job& job,
                               const SegmentationSpec& segmentation, std::span<const std::uint32_t> rows,
                               const std::vector<SegmentSeed>& seeds, const SegmentAssignment& assignment);

}  // namespace tessera
