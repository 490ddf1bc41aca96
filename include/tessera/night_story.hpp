#pragma once

#include <map>
#include <string>
#include <vector>

#include "tessera/model_start.hpp"
#include "tessera/moves.hpp"

namespace tessera {

/// How a segmentation came to be what it is since last night.
struct NightStory {
  ModelStart start;
  std::vector<MoveCount> moves;  ///< empty: there was no night before
};

/// Of a results file, by segmentation. Not collective, no MPI. Throws as read_summary().
[[nodiscard]] std::map<std::string, NightStory> read_night_stories(const std::string& path);

}  // namespace tessera
