#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// Parts the labels in a macro segment's name.
inline constexpr std::string_view kMacroSeparator = " · ";

/// One cell of the cross product of the criteria that has accounts in it.
struct MacroSegment {
  std::string name;                 ///< "SME · Tech"; the criteria in the job's order
  std::string rule;                 ///< "employees 10 to below 51, industry in (hardware, software)"
  std::vector<std::string> labels;  ///< one a criterion: the band's or group's name, "Other" or "Unknown"
  std::int64_t accounts = 0;        ///< over all ranks
};

struct MacroSegments {
  std::vector<MacroSegment>
      segments;  ///< in the order of the cross product, Other and Unknown last; same on every rank
  std::vector<std::int32_t> of_account;  ///< n_local, index into segments; empty if the job has no criteria
};

/// Sorts every account into its macro segment. Collective.
/// Unknown: the cell is missing. Other: it matches no band or group. The two are apart.
[[nodiscard]] MacroSegments macro_segments(const Context& context, const AccountTable& accounts,
                                           const std::vector<MacroSpec>& criteria);

/// Whether a segmentation has no k-means: its macro segments are all there is.
[[nodiscard]] inline bool is_macro_only(const SegmentationSpec& segmentation) noexcept {
  return segmentation.k == 0 && !segmentation.auto_k;
}

}  // namespace tessera
