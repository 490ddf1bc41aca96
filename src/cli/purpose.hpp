#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <vector>

#include "tessera/results.hpp"

namespace tessera::cli {

/// What a segmentation is for, where its job says so.
void print_goal(std::ostream& out, const ResultsSummary::Segmentation& segmentation);
/// Rows of segments of one level by the objective's rank, those of unknown KPI last; as they are without an objective.
void sort_by_objective(const ResultsSummary::Segmentation& segmentation, std::vector<std::int32_t>& rows);
/// What its features do, how it goes with the segments of today, and what its trial can show.
void print_purpose(std::ostream& out, const ResultsSummary::Segmentation& segmentation, std::size_t most);
/// One segment's place by the objective, its segment of today and its arms, as far as there are any.
void print_segment_purpose(std::ostream& out, const ResultsSummary::Segmentation& segmentation, std::int32_t row);
/// The same of one segment, into the JSON of its card.
void add_segment_purpose(const ResultsSummary::Segmentation& segmentation, std::int32_t row,
                         nlohmann::ordered_json& json);
/// The same facts, into the JSON of the segmentation.
void add_purpose(const ResultsSummary::Segmentation& segmentation, nlohmann::ordered_json& json);

}  // namespace tessera::cli
