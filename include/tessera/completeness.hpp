#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/feature_tiles.hpp"
#include "tessera/job.hpp"
#include "tessera/macro.hpp"
#include "tessera/model.hpp"

namespace tessera {

/// What is known of one column among the accounts of one macro segment: present + missing is all of them.
struct CompletenessRow {
  std::string column;        ///< source.column
  std::string macro;         ///< name of the macro segment; empty: the job has no criteria
  std::int64_t present = 0;  ///< accounts that have a value, those filled included
  std::string filled_by;     ///< sources that filled some of them: "provider, registry"
  std::int64_t filled = 0;
  std::int64_t missing = 0;
  std::int64_t could_change = 0;  ///< of the missing: accounts that some plausible value would put in another segment
};

/// A column that lacks values, and what they could do: where to look for what to buy next.
struct MissingColumn {
  std::string column;
  std::int64_t missing = 0;
  std::int64_t asked = 0;         ///< missing, and in a segment that the column counts for: tried with plausible values
  std::int64_t could_change = 0;  ///< over all accounts
  bool is_estimate = false;       ///< a sample was asked, and could_change is scaled up
  double share = 0.0;             ///< could_change over all accounts
};

struct Completeness {
  std::vector<CompletenessRow> rows;  ///< by column of the table, then by macro segment
  std::vector<MissingColumn> to_buy;  ///< columns that could move an account, by share, ties in the order of the table
};

/// One segmentation as completeness sees it.
struct FittedSegments {
  std::vector<const FeatureEncoding*> encodings;  ///< the spaces that it goes by: one, or the micro level's own too
  std::vector<std::uint8_t> is_in;                ///< n_local: 1 for the accounts of its population
  /// The finest segment that each of some accounts falls into: their tiles in every space, and their local rows. Not
  /// collective.
  std::function<std::vector<std::int32_t>(std::span<const FeatureTiles* const> tiles,
                                          std::span<const std::uint32_t> rows)>
      segment_of;
};

/// Cells of one column that one source filled.
struct FilledCells {
  std::string column;  ///< source.column of the accounts
  std::string source;
  const std::vector<std::uint32_t>* rows = nullptr;  ///< local rows
};

/// How many accounts are asked for each column at most; beyond, a sample by account key.
inline constexpr std::int64_t kMostAsked = 20'000;

/// Counts what is present, filled and missing by column and macro segment, and finds what a missing cell could change:
/// the account is encoded with each plausible value of the column, which are the 5, 25, 50, 75 and 95 % quantiles of a
/// number or date among the accounts of its macro segment, or the categories (flags) that at least 1 % of these have,
/// at most 32; where none of them has a value, those of all accounts. It could change where in any segmentation any of
/// these values leads to another segment than none does. What a history, contacts or feedback
/// work out is not for sale, and is not asked.
///
/// Collective; the result is the same on every rank and at any rank count. Where more than `most_asked` accounts miss a
/// column, about that many are asked, chosen by their keys, and what they say is scaled up in whole numbers.
[[nodiscard]] Completeness completeness_of(const Context& context, const Job& job, const AccountTable& accounts,
                                           const MacroSegments& macros, const std::vector<FilledCells>& filled,
                                           const std::vector<FittedSegments>& segmentations,
                                           std::int64_t most_asked = kMostAsked);

}  // namespace tessera
