#pragma once

#include <string>
#include <vector>

#include "tessera/job.hpp"

namespace tessera::job {

/// The columns of accounts that a night's results keep, as far as the sources have them and they are not sensitive:
/// those that the job names for what it says of accounts. As written, bare or with the source before them; each text
/// once, though two of them may be one column.
[[nodiscard]] std::vector<std::string> columns_in_results(const Job& job);

}  // namespace tessera::job
