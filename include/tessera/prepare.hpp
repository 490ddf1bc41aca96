#pragma once

#include <cstdint>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"
#include "tessera/job.hpp"
#include "tessera/model.hpp"

namespace tessera {

/// A population's features, ready to be clustered.
struct Prepared {
  std::vector<std::uint32_t> population;  ///< local rows of the account table in the population, ascending
  std::vector<std::uint32_t> rows;        ///< those of them that are clustered: all but who stops at the macro level
  std::vector<AccountKey> keys;           ///< of `rows`
  std::vector<std::uint8_t> is_refined;   ///< by `rows`: 0 for who stops at the core level
  std::uint64_t n_global = 0;             ///< accounts that are clustered, over all ranks
  FeatureEncoding encoding;
  FeatureTiles tiles;  ///< rows.size() × d
};

/// Local rows in the population: all, or by the flag column [value].customer (missing counts as prospect). Not
/// collective.
[[nodiscard]] std::vector<std::uint32_t> population_rows(const AccountTable& accounts, const ValueSpec& value,
                                                         Population population);

/// Fits the encoding of one segmentation on the accounts of its population that are clustered, and encodes them: all,
/// but for those whose value of `refine.depth_by` says that they stop at the macro level. Collective.
/// A constant feature is dropped with a warning; where none is left, one of weight 0 stands in, and all accounts are
/// alike. Throws Error(kBadJob) if k exceeds the accounts of the population; Error(kBadData) if the population is
/// empty, or all of it stops at the macro level. A depth_by without stop_at_macro and stop_at_core is an Error(kBadJob)
/// too, which names the values that there are. Where there is no k-means there is nothing to encode: rows and keys are
/// all.
[[nodiscard]] Prepared prepare(const Context& context, const AccountTable& accounts, const Job& job,
                               const SegmentationSpec& segmentation);

/// The accounts of `clustered` that are refined, in the space of `refine.features`, fitted on them. Collective. At
/// least one account of any rank is refined.
[[nodiscard]] Prepared prepare_refinement(const Context& context, const AccountTable& accounts, const Job& job,
                                          const SegmentationSpec& segmentation, const Prepared& clustered);

}  // namespace tessera
