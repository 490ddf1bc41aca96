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
  std::vector<std::uint32_t> rows;  ///< local rows of the account table in the population, ascending
  std::vector<AccountKey> keys;     ///< of those rows
  std::uint64_t n_global = 0;       ///< accounts in the population over all ranks
  FeatureEncoding encoding;
  FeatureTiles tiles;  ///< rows.size() × d
};

/// Local rows in the population: all, or by the flag column [value].customer (missing counts as prospect). Not
/// collective.
[[nodiscard]] std::vector<std::uint32_t> population_rows(const AccountTable& accounts, const ValueSpec& value,
                                                         Population population);

/// Fits the encoding of one segmentation on its population and encodes it. Collective.
/// A constant feature is dropped with a warning; where none is left, one of weight 0 stands in, and all accounts are
/// alike. Throws Error(kBadJob) if k exceeds the accounts of the population; Error(kBadData) if the population is
/// empty. Where there is no k-means there is nothing to encode: rows and keys are all.
[[nodiscard]] Prepared prepare(const Context& context, const AccountTable& accounts, const Job& job,
                               const SegmentationSpec& segmentation);

}  // namespace tessera
