#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "tessera/results.hpp"

namespace tessera::cli {

/// How like prospects are to the best customers, by what, and the `most` closest of them. Nothing where the job knows
/// no prospects.
void print_lookalikes(std::ostream& out, const ResultsSummary& summary, std::size_t most);

/// The same facts, all of them; null where the job knows no prospects.
[[nodiscard]] nlohmann::ordered_json lookalike_json(const std::optional<Lookalike>& found);

/// Rows a segment, in the order of the segments table.
[[nodiscard]] nlohmann::ordered_json segment_likeness_json(const std::vector<SegmentLikeness>& rows);

}  // namespace tessera::cli
