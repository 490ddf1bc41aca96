#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "ingest/wire.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {

/// What ranks write each other, as bytes of one message a rank.
[[nodiscard]] std::vector<std::vector<std::byte>> bytes_of(const std::vector<WireWriter>& writers);
[[nodiscard]] inline std::string_view text_of(const std::vector<std::byte>& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Collective. Sends every rank its bytes; gives what came, by rank.
[[nodiscard]] std::vector<std::vector<std::byte>> exchange_written(const parallel::Communicator& comm,
                                                                   const std::vector<WireWriter>& writers);

}  // namespace tessera::intake
