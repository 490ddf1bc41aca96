#pragma once

#include "storage/results_file.hpp"
#include "storage/stored_table.hpp"

namespace tessera::results {

/// storage::open_results(), which also says what became of held results that are not there any more.
[[nodiscard]] storage::FileReader open_results(const std::string& path);

using storage::fill;
using storage::naming;
using storage::refuse;
using storage::StoredTable;

}  // namespace tessera::results
