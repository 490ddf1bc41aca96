#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "tessera/insight.hpp"

namespace tessera::cli {

/// The KPIs of a segment as cells of a table, in the order of the job; "too few" where they tell nothing.
[[nodiscard]] std::vector<std::string> kpi_cells(const Insight& insight, std::int32_t segment);
[[nodiscard]] std::vector<std::string> kpi_titles(const Insight& insight);

/// What is measured of one segment, for its card: KPIs with their intervals, penetration, what a contact brings, and
/// what resonates with it.
void print_measures(std::ostream& out, const Insight& insight, std::int32_t segment);

/// What is measured of a segmentation as a whole: how far its segments differ in each KPI, where white space is worth
/// most, and what segments are best reached with.
void print_measures(std::ostream& out, const Insight& insight);

/// The same as JSON: members of a segment's object, and of its segmentation's.
void add_measures(nlohmann::ordered_json& json, const Insight& insight, std::int32_t segment);
void add_measures(nlohmann::ordered_json& json, const Insight& insight);

}  // namespace tessera::cli
