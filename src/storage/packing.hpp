#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tessera::storage {

/// Higher levels cost several times the time for a few per cent.
inline constexpr unsigned kDeflateLevel = 1;

/// So much of a data set's front tells whether it is worth packing.
inline constexpr std::uint64_t kPackingSampleBytes = 64 * 1024;

/// Whether elements of so many bytes, shuffled and deflated as HDF5 does it, take less than half of the room. What
/// shrinks by less is measured figures, whose digits are noise: packing and unpacking them takes longer than writing
/// what would be saved.
[[nodiscard]] bool packs_well(std::span<const std::byte> sample, std::size_t element_bytes);

}  // namespace tessera::storage
