#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/job.hpp"

namespace tessera {

/// The finest level at which an account has a segment.
enum class Depth : std::uint8_t { kMacro, kCore, kMicro };

/// How a job names accounts without a value of depth_by.
inline constexpr const char* kUnknownValue = "(unknown)";

/// How deep each of `rows` goes, by its value of `refine.depth_by`. Collective. A value that the column does not have
/// is warned of: tonight nobody may be at that stage, but it may be misspelt too. Throws Error(kBadJob) if the column
/// is no category of the accounts, or no value of it stops anywhere: the message lists them.
[[nodiscard]] std::vector<Depth> depth_of(const Context& context, const AccountTable& accounts, const Job& job,
                                          const SegmentationSpec& segmentation, std::span<const std::uint32_t> rows);

}  // namespace tessera
