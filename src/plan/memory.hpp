#pragma once

#include <string>
#include <vector>

#include "plan/workload.hpp"

namespace tessera::plan {

/// The most that a rank has held in memory by the end of a stage, as /run/stages tells it of a run.
struct StageMemory {
  std::string stage;
  double peak_bytes = 0.0;
};

/// Memory by stage on one of so many ranks, from the structures that the stages really hold: rows as they arrive, the
/// account table, feature tiles, bounds and the tiles of refinement. In the order of the stages.
[[nodiscard]] std::vector<StageMemory> memory_of(const Workload& work, int ranks, int threads);

}  // namespace tessera::plan
