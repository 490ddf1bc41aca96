#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/neighbours/segment_centres.hpp"
#include "tessera/account_table.hpp"
#include "tessera/neighbours.hpp"

namespace tessera::insight {

inline constexpr std::size_t kExamples = 5;

/// The accounts nearest to each segment's centre: by distance, then account key. `is_hidden` is by population row:
/// accounts that nobody is shown; empty: none. `unit` is one grid value in own units. Collective.
[[nodiscard]] std::vector<ExampleAccount> example_accounts(const Context& context, const FeatureTiles& tiles,
                                                           const AccountTable& accounts, const Membership& members,
                                                           const SegmentCentres& centres,
                                                           std::span<const std::uint8_t> is_hidden, double unit);

}  // namespace tessera::insight
