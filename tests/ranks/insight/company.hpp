#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/insight.hpp"
#include "tessera/job.hpp"

namespace tessera::test {

/// A small company with everything that bites: all ranks know it whole, and hold a part of it as their account table.
struct Company {
  AccountTable whole;  ///< n_local = n_global
  SegmentAssignment assignment;
  std::vector<SegmentSeed> seeds;
  Job job;
};

/// `n` accounts, always the same ones. Segments: 2 macro ("Small", "Large"), 3 core (the last has two accounts at the
/// most, at the end), 4 micro (two in each of the first two cores).
Company company(std::size_t n);

/// The part of the company that a rank holds: uneven, and the second of several ranks holds nothing.
Company part_of(const Company& company, int rank, int ranks);

/// All local rows.
std::vector<std::uint32_t> all_rows(const Company& company);

}  // namespace tessera::test
