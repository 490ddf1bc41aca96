#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"
#include "tessera/kmeans.hpp"
#include "tessera/model.hpp"
#include "tessera/prepare.hpp"
#include "tessera/refine.hpp"

namespace tessera {

/// The micro segments of one segmentation.
struct MicroLevel {
  Refinement refinement;  ///< `micro` is by Prepared::rows, −1 for who is not refined; n_micro = 0: nobody is
  std::optional<FeatureEncoding> encoding;  ///< of its own features, if it has any
};

/// What the micro level goes on from; null: nothing.
struct MicroStart {
  const RefinementTree* tree = nullptr;
  std::vector<std::int32_t> core_of_tree;     ///< by core segment: which of the tree's it is; −1: it is a new one
  const FeatureEncoding* encoding = nullptr;  ///< of the micro level's own features, if it has any
};

/// Refines the core segments as far as the job says: in their own space or that of `refine.features`, without who stops
/// at the core level, with what minimums ask of accounts; or follows the tree that there is, and refines the core
/// segments that it does not have. Collective. Throws
/// Error(kStopped) on a stop signal.
[[nodiscard]] MicroLevel micro_level(const Context& context, const Job& job, const SegmentationSpec& spec,
                                     const AccountTable& accounts, const Prepared& prepared,
                                     const Clustering& clustering, const MicroStart& start = {});

}  // namespace tessera
