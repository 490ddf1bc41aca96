#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// From the segments that a company has today to those of a segmentation.
struct Crosswalk {
  /// The accounts that are in one of today's and in one of ours.
  struct Pair {
    std::string existing;      ///< empty: in none today
    std::int32_t segment = 0;  ///< row of the segments table
    std::int64_t accounts = 0;
    double share_of_existing = 0.0;  ///< of today's accounts within the population
    double share_of_segment = 0.0;
    double likeness = 0.0;  ///< accounts in both over accounts in either (Jaccard)
  };
  /// How far two ways to sort the same accounts agree: 1 the same, 0 as by chance (adjusted Rand index, Hubert and
  /// Arabie 1985). Accounts without a segment of today, or without one of the level, are left out.
  struct Agreement {
    Level level = Level::kCore;
    std::int64_t accounts = 0;
    double adjusted_rand = 0.0;  ///< NaN: fewer than two accounts
  };
  std::vector<Pair> pairs;           ///< by segment, then today's by bytes; none without accounts
  std::vector<Agreement> agreement;  ///< by level
};

/// Collective; the same on every rank. `existing` is a column of categories, `rows` the population, `seeds` the rows of
/// the segments table. A column of more than 1,000 values holds no segments: a warning, and an empty crosswalk.
[[nodiscard]] Crosswalk crosswalk(const Context& context, const AccountTable& accounts, const ColumnRef& existing,
                                  std::span<const std::uint32_t> rows, const std::vector<SegmentSeed>& seeds,
                                  const SegmentAssignment& assignment);

/// A core or micro segment without a name gets that of today's segment which it is most alike, where they have half of
/// their accounts in common (likeness ≥ 0.5). A name is given once, core segments before micro ones; ties: the lower
/// row. Not collective.
void inherit_names(const Crosswalk& crosswalk, std::vector<SegmentSeed>& seeds);

}  // namespace tessera
