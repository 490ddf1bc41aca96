#pragma once

#include <array>
#include <string>

#include "tessera/job.hpp"

namespace tessera::checkpoint {

/// Where the checkpoint of a job lies: in a folder of its own, one a job whatever the night, so that an attempt that
/// knows no night finds it.
struct Place {
  std::string folder;    ///< NAME.checkpoint in [checkpoint] path, or else where the results of all nights go
  std::string accounts;  ///< the accounts, once
  std::array<std::string, 2> states;  ///< the two newest states, by the parity of their generation
};
[[nodiscard]] Place place_of(const Job& job);

}  // namespace tessera::checkpoint
