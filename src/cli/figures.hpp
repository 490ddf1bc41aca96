#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "insight/words.hpp"

namespace tessera::cli {

/// JSON has no NaN: what is not known is null.
inline nlohmann::ordered_json number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

/// A count as people read it. Must not be negative.
inline std::string count(std::int64_t number) {
  return words::count_in_words(static_cast<std::uint64_t>(number));
}

}  // namespace tessera::cli
