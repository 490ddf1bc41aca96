#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "tessera/results.hpp"

namespace tessera::cli {

/// Tells of segments that were called so, by id or name, and are no more: since when, and what their accounts went to.
/// False: there were none.
[[nodiscard]] bool print_retired(std::ostream& out, const ResultsSummary& summary, const std::string& wanted);
[[nodiscard]] nlohmann::ordered_json retired_json(const ResultsSummary& summary, const std::string& wanted);

}  // namespace tessera::cli
