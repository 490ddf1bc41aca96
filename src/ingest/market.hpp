#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/needed_column.hpp"
#include "ingest/row_packing.hpp"
#include "ingest/unmatched_keys.hpp"
#include "tessera/context.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Companies and spend, as far as the job names them, in this order.
[[nodiscard]] std::vector<NamedColumn> named_by_market(const Job& job, std::size_t source);

/// What is wrong with the name of a macro segment, with the nearest one that there is; empty: nothing. A name has a
/// label for each criterion, in the job's order; "Other" and "Unknown" are labels too.
[[nodiscard]] std::string why_no_macro(const std::vector<MacroSpec>& criteria, std::string_view name);

/// What a market's rows came to on all ranks.
struct MarketRows {
  std::vector<MarketSegment> segments;                    ///< by name; the same on every rank
  std::uint64_t used = 0, duplicates = 0, unmatched = 0;  ///< rows that this rank owns
};

/// Collective. The last row of each macro segment of the job; `rows` came to the owners of their keys.
[[nodiscard]] MarketRows take_market(const Context& context, const Job& job, const std::vector<SourceHead>& heads,
                                     std::size_t source, const ArrivedRows& rows, UnmatchedKeys& unmatched);

}  // namespace tessera::intake
