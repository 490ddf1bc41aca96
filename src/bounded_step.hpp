#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core_segments.hpp"
#include "tessera/context.hpp"
#include "tessera/macro.hpp"
#include "tessera/prepare.hpp"
#include "tessera/stored_model.hpp"

namespace tessera {

/// Last night's centroids, as tonight's clustering goes on from them.
[[nodiscard]] CoreStart start_of_cores(const StoredModel& model, const MacroSegments& macros);

/// How far tonight's centroids may go.
struct BoundedStep {
  double step = 1.0;                           ///< 0: they stay last night's; 1: all the way; a multiple of 1 / 64
  bool is_all = true;                          ///< tonight's centroids may be taken as they are
  bool has_others = false;                     ///< some stay last night's, as tonight's are others in number
  std::int64_t moved = 0;                      ///< accounts of both nights that this moves, over all ranks
  std::vector<std::vector<double>> centroids;  ///< as CoreStart has them
};

/// Steps from last night's centroids towards tonight's as far as no more than `most` of the clustered accounts of both
/// nights are nearest to another centroid by tonight's data than they would be without the step. Found by bisection on
/// 64 steps: numbers of accounts decide, so all ranks agree. Accounts do not move one way only, so a longer step might
/// do as well; none that is returned moves too many. Where tonight's core segments (of a macro segment) are others in
/// number, last night's stay. `was_there` is by account of the table. Collective.
[[nodiscard]] BoundedStep bounded_step(const Context& context, const Prepared& prepared, const CoreSegments& cores,
                                       const StoredModel& model, const MacroSegments& macros,
                                       std::span<const std::uint8_t> was_there, double most);

/// What a fresh start moves, of the clustered accounts of both nights over all ranks.
struct RefitMoves {
  std::int64_t moved = 0, of_both = 0;
};

/// Segments of a fresh start are told by who is in them: the pair of last night's and tonight's that shares most
/// accounts by tonight's data is one (ties: the lower), then the next of those left. Who is in no such pair has moved,
/// which is never fewer than the best way to pair them would leave. Collective.
[[nodiscard]] RefitMoves moved_by_refit(const Context& context, const Prepared& prepared, const CoreSegments& cores,
                                        const StoredModels& night, const StoredModel& model,
                                        const AccountTable& accounts, std::span<const std::uint8_t> was_there);

/// The most accounts of `of_both` that are within a share of them.
[[nodiscard]] std::int64_t most_of(double share, std::int64_t of_both);

/// Σ ‖x − c‖² of all accounts with their nearest centroid, squared grid values, summed exactly. Collective.
[[nodiscard]] double inertia_of(const Context& context, const Prepared& prepared, const Clustering& clustering);

}  // namespace tessera
