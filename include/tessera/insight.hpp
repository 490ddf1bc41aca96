#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/affinity.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"
#include "tessera/job.hpp"
#include "tessera/kpis.hpp"
#include "tessera/model.hpp"
#include "tessera/neighbours.hpp"
#include "tessera/penetration.hpp"

namespace tessera {

/// What goes along with a segment from night to night, besides its id and its name.
struct SegmentMemory {
  std::string colour;                                        ///< "#4477aa", for whoever draws it
  std::string owner, status, message, channel, next_action;  ///< people's notes; empty: none
  std::string inherited_from;  ///< id of the segment that was split, whose notes these are; empty: its own
  std::string merged_notes;    ///< what was noted of the segments that were merged into it, a line each
  std::string name_traits;     ///< what named it, a trait a line; empty: people did, or its macro criteria
  std::string name_doubt;      ///< what its name says and is no longer true of it; empty: nothing
};

/// A row of the segments table. Rows are ordered: macro segments, core segments, micro segments (by core).
struct Segment {
  std::string id;            ///< "S-0042"; never reused
  std::int32_t parent = -1;  ///< row; −1: none. A micro segment's parent is its core segment
  Level level = Level::kCore;
  std::string name;  ///< unique within its segmentation
  std::string rule;  ///< in plain words; macro segments: the criterion; empty where none is known
  std::int64_t accounts = 0, customers = 0, prospects = 0;
  std::int64_t contactable = 0;  ///< accounts that [value].suppress does not name
  double value = 0.0;            ///< sum of [value].column; 0 without one
  /// Over the whole population, NaN where there is no rule: the share of the accounts that the rule takes which are the
  /// segment's, the share of the segment's accounts that it takes, and the share of the population that it takes.
  double rule_precision = std::numeric_limits<double>::quiet_NaN();
  double rule_recall = std::numeric_limits<double>::quiet_NaN();
  double rule_coverage = std::numeric_limits<double>::quiet_NaN();
  bool is_outliers = false;  ///< micro segments: the accounts of its core segment that are like none of its others
  SegmentMemory memory = {};
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

struct Insight {
  std::vector<Segment> segments;
  std::vector<NumberProfile> numbers;
  std::vector<CategoryProfile> categories;
  std::vector<KpiValue> kpis;
  std::vector<KpiValue> whole_kpis;      ///< of the whole population; `segment` is −1
  std::vector<Neighbour> neighbours;     ///< by segment, the nearest first
  std::vector<ExampleAccount> examples;  ///< by segment, the nearest to its centre first
  SegmentMap map;
  std::vector<KpiVariance> kpi_variance;  ///< by level, then by KPI
  std::vector<Penetration> penetration;
  std::vector<Affinity> affinities;
  std::vector<ExpectedReturn> returns;
};

/// In name_traits: the name is made of the parent's, and made anew every night.
inline constexpr std::string_view kNamedAfterParent = "(its parent)";

/// A segment before it has a name: what the stages upstream know of it.
struct SegmentSeed {
  Level level = Level::kCore;
  std::int32_t parent = -1;
  std::string name;  ///< macro segments have theirs already; empty: insight finds one
  std::string rule;
  bool is_outliers = false;  ///< as Segment has it
  std::string id = {};       ///< see carry_on()
  SegmentMemory memory = {};
};

/// Where segments lie among one another, as far as the encoded features tell it; the same on every rank.
struct SegmentGeometry {
  std::vector<Neighbour> neighbours;  ///< without traits yet
  std::vector<ExampleAccount> examples;
  SegmentMap map;
};

/// Measures centres, neighbours, examples and the map from the tiles of `rows` (the population, local rows), to be
/// called while there are tiles. `next_best` is by row of the population: the row of the segments table, -1: none; or
/// empty. Cores are neighbours by how many accounts have them as next best, other segments by their centres. Accounts
/// that [value].suppress names are no examples; features of sensitive columns take no part in the map. Collective.
[[nodiscard]] SegmentGeometry geometry_of(const Context& context, const FeatureTiles& tiles,
                                          const FeatureEncoding& encoding, const AccountTable& accounts, const Job& job,
                                          std::span<const std::uint32_t> rows, const std::vector<SegmentSeed>& seeds,
                                          const SegmentAssignment& assignment, std::span<const std::int32_t> next_best);

/// Profiles, values, KPIs, rules and names of all segments of one segmentation, and what sets neighbours apart.
/// Collective; the result is the same on every rank. `seeds` are the rows of the segments table, `assignment` refers to
/// them, `rows` is the population (local rows).
[[nodiscard]] Insight describe(const Context& context, const AccountTable& accounts, const Job& job,
                               const SegmentationSpec& segmentation, std::span<const std::uint32_t> rows,
                               const std::vector<SegmentSeed>& seeds, const SegmentAssignment& assignment,
                               SegmentGeometry geometry = {});

}  // namespace tessera
