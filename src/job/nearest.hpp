#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tessera {

/// The known word that `word` was most likely meant to be, or an empty string if none is near: for "did you mean …?".
/// Near is a third of the letters or fewer to add, drop, replace or swap with the neighbour, three at most, where case
/// costs nothing (optimal string alignment: Damerau 1964, in Wagner and Fischer's table). Ties: the earlier in `known`.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> known);

}  // namespace tessera
