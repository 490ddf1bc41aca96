#pragma once

#include <cstddef>
#include <cstdint>

#include "tessera/ingest.hpp"

namespace tessera::intake {

/// Bounds on what is in memory at once. Results do not depend on them; tests make them tiny.
struct Limits {
  std::uint64_t block_bytes = std::uint64_t{1} << 20;  ///< unit of reading and of work for a thread; ≤ kLongestRow
  std::uint64_t round_bytes = std::uint64_t{8} << 20;  ///< of a source, read by one rank between two exchanges
};

/// Longer ones are quarantined.
inline constexpr std::size_t kLongestField = std::size_t{1} << 20;
inline constexpr std::size_t kLongestRow = std::size_t{8} << 20;
/// As results have a column of texts as wide as its longest, one such id among millions would make them gigabytes.
inline constexpr std::size_t kLongestId = 1024;
/// Longer texts of accounts are cut, for the same reason.
inline constexpr std::size_t kLongestText = 1024;

/// ingest(), with bounds of the caller's.
[[nodiscard]] Ingested ingest_within(const Context& context, const Job& job, const std::vector<SourceHead>& heads,
                                     const Limits& limits);

}  // namespace tessera::intake
