#pragma once

#include <string>

#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// Looks whether the nights that the job goes on from and is held to can be read, before hours are spent on tonight.
/// Collective. Throws Error(kBadData) on all ranks if one is there and cannot.
void check_nights_before(const Context& context, const Job& job, const std::string& night);

}  // namespace tessera
