#pragma once

#include <string>
#include <vector>

#include "nights/manifest.hpp"
#include "nights/retention.hpp"
#include "storage/publish.hpp"
#include "tessera/context.hpp"
#include "tessera/publish.hpp"

namespace tessera::nights {

/// Gives staged results their final name, then the link to the newest (`link`: there is to be one), and last the
/// manifest its own; what the gate had held of the night before is removed then. Everything that may fail for want of
/// room is on the disk before the first of these; whether another attempt has taken the night over is asked before
/// each. Collective. Throws Error(kCannotWrite).
void publish_staged(const Context& context, const NightLock& lock, storage::Staging& staging, const Manifest& manifest,
                    bool link);

/// Collective. Removes the nights that the job does not keep, and says which; what cannot be removed is a warning.
void remove_old_nights(const Context& context, const std::string& results_path, const Retention& retention);

}  // namespace tessera::nights
