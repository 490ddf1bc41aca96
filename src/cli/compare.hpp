#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tessera/compare.hpp"

namespace tessera::cli {

/// The words of what compare tells, on the terminal and in JSON.
[[nodiscard]] const char* word_of(Advice advice) noexcept;
[[nodiscard]] const char* word_of(SourceChange change) noexcept;

[[nodiscard]] nlohmann::ordered_json comparison_json(const NightsComparison& comparison);
[[nodiscard]] nlohmann::ordered_json review_json(const NightsReview& review);

}  // namespace tessera::cli
