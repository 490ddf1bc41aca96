#pragma once

#include <string>
#include <string_view>

#include "checkpoint/state.hpp"

namespace tessera::checkpoint {

/// CBOR, in which numbers keep all their bits.
[[nodiscard]] std::string bytes_of(const State& state);
/// Throws std::exception where the bytes are not those of a state that could be.
[[nodiscard]] State state_of(std::string_view bytes);

}  // namespace tessera::checkpoint
