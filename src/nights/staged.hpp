#pragma once

#include <cstdint>
#include <string>

#include "nights/owner.hpp"

namespace tessera::nights {

/// RESULTS.partial-ATTEMPT-RUN.WHAT: a file of an attempt on its way to its own name.
[[nodiscard]] std::string staged_path(const std::string& results_path, const Owner& owner, const std::string& what);

/// Removes what attempts of this night have left staged. Only for who holds the night's lock: an attempt that is
/// thought dead and is not cannot publish what is no longer there. Returns how many files it was.
int remove_staged(const std::string& results_path);

}  // namespace tessera::nights
