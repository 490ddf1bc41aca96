#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/choice_of_k.hpp"

namespace tessera::choice {

/// Gives every k of the curve that is stable enough (0.6, or the most there is) its place, the others none: each of the
/// six criteria ranks all of them (1 is best, equals share the better
/// rank, what is not known comes last), and a k's place is the middle of its ranks: the mean of the third and the
/// fourth. So neither a criterion that only ever wants more segments nor one that wants two can decide alone. Returns
/// the index of the least place; of equals, the one with the least sum of ranks, then the smallest k. The curve is not
/// empty.
std::size_t place_all(std::vector<KCriteria>& curve);

/// The choice in a sentence for people.
[[nodiscard]] std::string why_chosen(const std::vector<KCriteria>& curve, std::size_t chosen,
                                     std::int64_t accounts_seen);

}  // namespace tessera::choice
