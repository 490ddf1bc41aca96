#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "tessera/results.hpp"

namespace tessera::cli {

/// What became of last night's segments, in people's words; nothing on a first night.
void print_evolution(std::ostream& out, const ResultsSummary::Segmentation& segmentation, std::size_t most);
/// One segment's story since last night, and what people noted of it.
void print_segment_memory(std::ostream& out, const ResultsSummary::Segmentation& segmentation, std::int32_t row);
/// The same facts, into the JSON of the segmentation and of one of its segments.
void add_evolution(const ResultsSummary::Segmentation& segmentation, nlohmann::ordered_json& json);
void add_memory(const Segment& segment, nlohmann::ordered_json& json);

}  // namespace tessera::cli
