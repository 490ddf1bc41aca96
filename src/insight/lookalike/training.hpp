#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "parallel/communicator.hpp"
#include "tessera/lookalike.hpp"

namespace tessera::insight {

/// Some customers of this rank, and which are among the best.
struct Examples {
  std::vector<std::uint32_t> rows;
  std::vector<std::uint8_t> is_best;  ///< of each
};

/// Who is learnt from, who is held out, and who is scored.
struct Training {
  Examples fitted, held_out;
  std::vector<std::uint32_t> prospects;      ///< local rows
  std::vector<std::uint8_t> is_contactable;  ///< by account
};

/// A fifth of the customers whose value is known is held out, by key. Of more than 125,000 customers a sample by key
/// takes part, in which 2,500 of the best are to be expected at the least. Fills the counts of `found`, and why_not
/// where there are too few of anyone. Collective.
[[nodiscard]] Training split(const parallel::Communicator& comm, const AccountTable& accounts, const Job& job,
                             const BestCustomers& best, Lookalike& found);

}  // namespace tessera::insight
