#pragma once

#include "tessera/kpis.hpp"

namespace tessera::cli {

/// The word for a level, on the terminal and in JSON: "macro", "core" or "micro".
[[nodiscard]] constexpr const char* level_name(Level level) noexcept {
  return level == Level::kMacro ? "macro" : level == Level::kCore ? "core" : "micro";
}

}  // namespace tessera::cli
