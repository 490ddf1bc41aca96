#pragma once

#include <array>
#include <string>
#include <vector>

#include "tessera/job.hpp"

namespace tessera::checkpoint {

/// Where the checkpoint of a night lies: in a folder of its own, so that a night which is made up for leaves another's
/// alone.
struct Place {
  std::string folder;    ///< NAME.NIGHT.checkpoint in [checkpoint] path, or else where the results of all nights go
  std::string accounts;  ///< the accounts, once
  std::array<std::string, 2> states;  ///< the two newest states, by the parity of their generation
};
[[nodiscard]] Place place_of(const Job& job, const std::string& night);

/// The nights of the job that have such a folder, ascending. Not collective: one rank looks for all.
[[nodiscard]] std::vector<std::string> nights_with_folder(const Job& job);

}  // namespace tessera::checkpoint
