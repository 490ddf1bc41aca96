#pragma once

#include "storage/file_reader.hpp"
#include "tessera/results.hpp"

namespace tessera::results {

/// What /value tells of the best customers, but for the ranks of accounts, where the file has it. Throws
/// Error(kBadData) if the file is damaged.
[[nodiscard]] std::optional<BestCustomers> read_best_customers(const storage::FileReader& reader);

}  // namespace tessera::results
