#pragma once

#include <string>

#include "tessera/publish.hpp"

namespace tessera::cli {

/// The last word of a run whose night the gate held: why, what stays published, what to look at, how to publish it.
[[nodiscard]] std::string held_words(const Published& held, const GateVerdict& verdict);

/// As a shell takes it: in quotes where it needs them.
[[nodiscard]] std::string shell_word(const std::string& text);

}  // namespace tessera::cli
