#pragma once

#include <string>

#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera::checkpoint {

/// The night that a run of this job would resume: of all that have a checkpoint the one that was kept last, and the
/// others are told of; empty: there is none. Collective. Throws as Keeper::begin().
[[nodiscard]] std::string kept_night(const Context& context, const Job& job);

/// Once a night is published: removes what stopped runs of earlier nights have left, and says so. Their ids are in it,
/// and by now their sources are others. That of a night that somebody is at work on stays. Not collective: rank 0
/// removes.
void remove_of_earlier_nights(const Context& context, const Job& job, const std::string& published_night);

}  // namespace tessera::checkpoint
