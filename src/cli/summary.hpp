#pragma once

#include <ostream>
#include <string>

#include "tessera/results.hpp"

namespace tessera::cli {

/// A results file on a terminal: the night, the sources' counts, and each segmentation's segments, `most` a level at
/// the most (the largest first).
void print_summary(std::ostream& out, const ResultsSummary& summary, std::size_t most);

/// One segment's card. `wanted` is an id ("S-0042") or a name; it is looked for in every segmentation.
/// One that is no more is told of. Throws Error(kUsage) if no segment was ever called so, naming the nearest.
void print_card(std::ostream& out, const ResultsSummary& summary, const std::string& wanted);

/// The same card as JSON.
void print_card_json(std::ostream& out, const ResultsSummary& summary, const std::string& wanted);

/// The summary as JSON, for scripts.
void print_json(std::ostream& out, const ResultsSummary& summary);

}  // namespace tessera::cli
