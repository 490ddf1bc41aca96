#pragma once

#include <cstddef>
#include <cstdint>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Bounds on the search; tests make them tiny. What they leave out is counted in the answer.
struct DuplicateLimits {
  std::uint32_t most_in_block = 4096;         ///< larger blocks are left out
  std::size_t window = 32;                    ///< in a block an account is likened to so many that follow it by name
  std::uint64_t records_a_round = 1U << 18U;  ///< that a rank takes in at once, on average
  std::uint64_t most_listed = 10000;
};

/// Collective; the same on every rank, whatever the ranks. Pairs of accounts whose names are alike, as [duplicates]
/// says, within blocks: accounts of one place whose names begin, or have a longest word that begins, with the same
/// letters, or end with the same, or are the same. Blocks go to ranks by a keyed hash, so that any
/// two accounts of a block meet on one rank. Work: 4 records an account; at most `window` comparisons each. Memory
/// besides the account table: 32 bytes an account and what limits say.
[[nodiscard]] DuplicateSearch likely_duplicates(const Context& context, const Job& job, const AccountTable& accounts,
                                                const DuplicateLimits& limits = {});

}  // namespace tessera::intake
