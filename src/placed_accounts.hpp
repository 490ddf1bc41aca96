#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/nearest_core.hpp"
#include "model/reported_distance.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/insight.hpp"
#include "tessera/macro.hpp"
#include "tessera/stored_model.hpp"

namespace tessera {

/// By index into MacroSegments::segments: the row of the stored segments table that has the same rule; −1: there was
/// none. Rules tell macro segments apart and, other than names, stay what the criteria make them.
[[nodiscard]] std::vector<std::int32_t> stored_macros(const MacroSegments& macros, const StoredModel& model);

/// By row of a macro segment the core segments in it, which lie next to each other; with scope = "macro".
[[nodiscard]] std::vector<CoreRange> cores_by_macro(const StoredModel& model);

/// Why the accounts cannot be placed by a model as they are: it does not tell all, or a column that it goes by is not
/// there, or of another type. Empty: they can. Not collective; the same on every rank.
[[nodiscard]] std::string why_not_placeable(const StoredModels& night, const StoredModel& model,
                                            const AccountTable& accounts);

/// Where accounts are by a stored model.
struct PlacedAccounts {
  std::vector<std::uint32_t> population;         ///< local rows of the model's population
  std::vector<std::uint32_t> rows;               ///< those of them that have a core segment
  SegmentAssignment assignment;                  ///< n_local: rows of the stored segments table; `micro` is never empty
  std::vector<std::int32_t> nearest, next_best;  ///< by `rows`: core segments from 0; −1: there is no next best
  ReportedDistances reported;                    ///< by `rows`; empty unless asked for
  std::int64_t without_macro = 0;  ///< accounts of all ranks whose macro segment nobody was in on that night
};

enum class Measure : std::uint8_t { kNothing, kDistances };

/// Finds the segments of every account by the model of a night, to the same bits as that night would have: by its
/// criteria, its encoding, its centroids and its tree; to the depth that its job says. Who is beyond a micro segment's
/// bound is among the outliers of its core segment, if it has any. With scope = "macro", an account whose macro segment
/// is new has no core segment.
///
/// Accounts are encoded a block at a time, so their features are never all in memory; with Measure::kDistances they are
/// measured on the way.
///
/// The table has every column that the model needs, of its type (see complete_columns()). Collective. Throws as
/// check_is_whole(), and Error(kBadData) where a column has another type.
[[nodiscard]] PlacedAccounts place_accounts(const Context& context, const StoredModels& night, const StoredModel& model,
                                            const AccountTable& accounts, Measure measure = Measure::kNothing);

}  // namespace tessera
