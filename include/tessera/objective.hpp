#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"
#include "tessera/prepare.hpp"

namespace tessera {

/// What one feature of a segmentation does for it. A category counts as one feature, whatever its indicators.
struct FeatureLink {
  std::string column;            ///< source.column; of a matrix the number of its column
  double importance = 0.0;       ///< its part of the squared distances between core segments; all parts add up to 1
  double explained = 0.0;        ///< share of its own variance that lies between core segments (η²)
  double redundancy = 0.0;       ///< largest magnitude of its correlation with another feature; NaN: there is none
  std::string redundant_with;    ///< that other feature
  double kpi_correlation = 0.0;  ///< of a number with the objective's KPI; NaN: a category, or no objective
  double kpi_explained = 0.0;    ///< share of the KPI's variance that it explains by itself; NaN: no objective
};

/// By feature in the job's order, the encoding's columns one after the other. `core` is the core segment of each
/// account of `prepared`, from 0 (−1: left out); the KPI is that of the objective, account by account: a rate's flag, a
/// mean's number, a ratio's quotient, the score of an NPS. Sums are exact, of grid integers. Redundancy is not known
/// where there are more than 64 encoded features. Collective; the same on every rank.
[[nodiscard]] std::vector<FeatureLink> feature_links(const Context& context, const AccountTable& accounts,
                                                     const Job& job, const SegmentationSpec& segmentation,
                                                     const Prepared& prepared, const std::vector<std::int32_t>& core,
                                                     int k);

/// By row of the segments table: the segment's place among those of its level by the objective's KPI, from 1; 0: nobody
/// knows its KPI. Ties: the lower row. Not collective.
[[nodiscard]] std::vector<std::int32_t> objective_ranks(const ObjectiveSpec& objective, const Insight& insight);

}  // namespace tessera
