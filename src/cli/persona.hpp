#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>

#include "tessera/insight.hpp"

namespace tessera::cli {

/// What a segment's typical account is like, in a few lines of words: what its source of accounts tells of it, what the
/// other sources tell, its rule and how far that holds, its neighbours and what sets it apart from each, and accounts
/// near its centre. `population` is the name of the source that names the accounts.
void print_persona(std::ostream& out, const Insight& insight, std::int32_t segment, const std::string& population);

/// The rules of some segments (rows of the segments table), a line each, with how far they hold. Macro segments are
/// left out: their rule is what they are.
void print_rules(std::ostream& out, const Insight& insight, std::span<const std::int32_t> segments);

}  // namespace tessera::cli
