#pragma once

#include <string>
#include <vector>

#include "plan/rates.hpp"
#include "plan/workload.hpp"

namespace tessera::plan {

/// How a job is spread over a cluster.
struct Layout {
  int nodes = 1;
  int tasks_per_node = 1;  ///< ranks
  int cpus_per_task = 1;   ///< threads of a rank
  [[nodiscard]] int ranks() const noexcept { return nodes * tasks_per_node; }
};

struct StageTime {
  std::string stage;
  double seconds = 0.0;
};

/// Wall time by stage, on machines that are idle otherwise. Iterations of k-means depend on the data and are taken to
/// be as many as on the generated company; of a warm start, as many as where 2 % of the accounts have changed.
[[nodiscard]] std::vector<StageTime> time_of(const Workload& work, const Rates& rates, const Layout& layout);

/// What a run keeps to go on from.
struct CheckpointCost {
  double bytes = 0.0;    ///< of the accounts, which are written once; what follows is kilobytes
  double seconds = 0.0;  ///< to write these
  bool is_due = false;   ///< k-means takes so long that one is kept without a signal
};
/// `stages` are those of time_of().
[[nodiscard]] CheckpointCost checkpoint_of(const Workload& work, const Rates& rates, const Layout& layout,
                                           const std::vector<StageTime>& stages);

}  // namespace tessera::plan
