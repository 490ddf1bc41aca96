#pragma once

#include <string>

#include "tessera/context.hpp"
#include "tessera/macro.hpp"
#include "tessera/prepare.hpp"

namespace tessera {

/// A hash of what k-means works on, of all ranks: every account's key with its features on the grid, and with
/// scope = "macro" the rule of its macro segment. 32 hex digits; the same at any number of ranks and threads and in any
/// order of the accounts. Two nights of one encoding with one hash have the same accounts to cluster. Collective.
[[nodiscard]] std::string clustered_content(const Context& context, const Prepared& prepared,
                                            const MacroSegments* macros);

}  // namespace tessera
