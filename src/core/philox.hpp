#pragma once

#include <array>
#include <cstdint>

namespace tessera {

/// Philox 4×32 with ten rounds: 128 bits of counter to 128 random bits under a 64-bit key (Salmon, Moraes, Dror, Shaw,
/// "Parallel random numbers: as easy as 1, 2, 3", 2011).
[[nodiscard]] std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key) noexcept;

}  // namespace tessera
