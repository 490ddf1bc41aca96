#pragma once

#include <cstddef>
#include <ostream>

#include "tessera/results.hpp"

namespace tessera::cli {

/// What people may want to mend in their data: spellings, `most` a column, as [columns] of a job file would have them,
/// and the likeliest duplicates. Nothing where there is nothing.
void print_cleaning(std::ostream& out, const ResultsSummary& summary, std::size_t most);

}  // namespace tessera::cli
