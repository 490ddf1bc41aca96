#pragma once

#include "storage/stored_table.hpp"

namespace tessera::results {

using storage::check_format;
using storage::fill;
using storage::kAdvice;
using storage::refuse;
using storage::StoredTable;

}  // namespace tessera::results
