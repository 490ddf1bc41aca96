#pragma once

#include "tessera/errors.hpp"
#include "tessera/job.hpp"

namespace tessera::evolve {

/// An error in the file that [previous] of the job leads to, told so that people know which file it is, what hangs on
/// it and what they can do.
[[nodiscard]] Error trouble_with_previous(const Error& error, const Job& job);

}  // namespace tessera::evolve
