#pragma once

#include <string>
#include <vector>

namespace tessera::evolve {

/// Colours for `n` more segments, in order: each is the first of the palette that the fewest have. `taken` are those of
/// the segments of the level that there are already.
[[nodiscard]] std::vector<std::string> next_colours(const std::vector<std::string>& taken, std::size_t n);

/// "#rrggbb".
[[nodiscard]] bool is_colour(const std::string& text);

}  // namespace tessera::evolve
