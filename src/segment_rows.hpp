#pragma once

#include <cstdint>
#include <vector>

#include "core_segments.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/insight.hpp"
#include "tessera/macro.hpp"
#include "tessera/prepare.hpp"
#include "tessera/refine.hpp"

namespace tessera {

/// Rows of the segments table: the macro segments that the population reaches, then core, then micro segments.
struct SegmentRows {
  std::vector<SegmentSeed> seeds;
  std::vector<std::int32_t> row_of_macro;  ///< −1: nobody of the population is in it
  std::int32_t first_core = 0, first_micro = 0;

  /// The row of an index into MacroSegments::segments; −1 stays.
  [[nodiscard]] std::int32_t row_of(std::int32_t macro) const noexcept {
    return macro < 0 ? -1 : row_of_macro[static_cast<std::size_t>(macro)];
  }
};

/// Collective: which macro segments have accounts of the population.
[[nodiscard]] SegmentRows lay_out_segments(const Context& context, const MacroSegments& macros,
                                           const Prepared& prepared, const CoreSegments& cores,
                                           const Refinement& refinement);

/// Every account's rows. Not collective.
[[nodiscard]] SegmentAssignment assign_rows(const AccountTable& accounts, const MacroSegments& macros,
                                            const Prepared& prepared, const CoreSegments& cores,
                                            const Refinement& refinement, const SegmentRows& layout);

/// Vectors over a population become vectors over the whole account table; accounts outside get `outside`.
template <class T, class Map>
[[nodiscard]] std::vector<T> spread(const std::vector<std::uint32_t>& rows, std::size_t n_local, T outside,
                                    Map value_of) {
  std::vector<T> spread_out(n_local, outside);
  for (std::size_t i = 0; i < rows.size(); ++i) spread_out[rows[i]] = value_of(i);
  return spread_out;
}

}  // namespace tessera
