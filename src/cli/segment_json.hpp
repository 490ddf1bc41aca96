#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

#include "tessera/insight.hpp"

namespace tessera::cli {

/// A segment of `show --json`, by its row in the segments table.
[[nodiscard]] nlohmann::ordered_json segment_json(const Insight& insight, std::size_t row);

}  // namespace tessera::cli
