#pragma once

#include <optional>
#include <string>

#include "checkpoint/place.hpp"
#include "checkpoint/state.hpp"
#include "tessera/context.hpp"

namespace tessera::checkpoint {

/// Keeps a state in place of the older of the two: whole under its name and on the disk, or not at all. Collective;
/// rank 0 writes. Throws Error(kCannotWrite) on all ranks.
void keep_state(const Context& context, const Place& place, const State& state);

/// The newest state that is whole, with a warning where the other is damaged; nothing where there is none. Collective.
/// Throws Error(kBadJob) where it was written by another version, Error(kBadData) where what there is is damaged.
[[nodiscard]] std::optional<State> newest_state(const Context& context, const Place& place);

/// Whether there is a state, whole or not. Not collective.
[[nodiscard]] bool is_something_kept(const Place& place);

/// Removes what attempts that were killed have left half written: accounts may be gigabytes. Only for who owns the
/// night. Not collective.
void remove_half_written(const Place& place);

/// Removes the states, then the accounts, then the folder, as far as they are there. Not collective; not heard of.
void remove_all(const Place& place);
/// The same by rank 0, and collective: when it returns, all is removed.
void remove_all(const Context& context, const Place& place);

}  // namespace tessera::checkpoint
