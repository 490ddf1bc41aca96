#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/membership.hpp"
#include "tessera/context.hpp"

namespace tessera::insight {

/// The accounts that rules are searched on; what a rule is worth is measured on all. Every segment of the finest level
/// gives about as many accounts, chosen by key, each counted as many times as it stands for. So small segments are
/// known as well as large ones, and the sample is the same at any rank count.
struct RuleSample {
  std::vector<std::uint32_t> places;  ///< of this rank's population rows, ascending
  std::vector<std::int64_t> weights;  ///< by sampled account
};

/// Not collective. `sizes` is by segment, the whole last, over all ranks.
[[nodiscard]] RuleSample rule_sample(const AccountTable& accounts, const Membership& members,
                                     std::span<const std::int64_t> sizes, std::uint64_t seed);

}  // namespace tessera::insight
