#pragma once

#include <nlohmann/json.hpp>
#include <ostream>

#include "tessera/results.hpp"

namespace tessera::cli {

/// Why there are so many core segments, how good they are, and how every k fared that was tried.
void print_choice(std::ostream& out, const ResultsSummary::Segmentation& segmentation);
[[nodiscard]] nlohmann::ordered_json choice_json(const CoreQuality& quality);

}  // namespace tessera::cli
