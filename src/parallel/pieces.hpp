#pragma once

#include <cstddef>

namespace tessera::parallel {

/// Counts in MPI calls are of type int, so a larger transfer goes in pieces of at most this many bytes.
inline constexpr std::size_t kPieceBytes = std::size_t{1} << 30;

[[nodiscard]] std::size_t piece_bytes() noexcept;
/// For tests, on all ranks alike and between collectives: small transfers then take the way of large ones. At least 8.
void set_piece_bytes(std::size_t bytes) noexcept;

}  // namespace tessera::parallel
